import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { aClient, aSimulator, redeem, rejection } from './support.ts'

const patience = { timeout: 15_000 }
const main = join(import.meta.dirname, '../src/main.ts')

function start(env: Record<string, string>, ...flags: string[]) {
  const child = spawn(process.execPath, [main, ...flags], { env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  return { child, ended: once(child, 'exit') }
}

describe('a simulator', () => {
  it('a simulator closes while calls hang, and can be closed twice', async () => {
    const simulator = await aSimulator()
    const client = aClient(simulator, { maxAttempts: 1 })
    const calls = Promise.allSettled([
      redeem(client, simulator.issueToken('hanging').token),
      redeem(client, simulator.issueToken('slow', { latencyMs: 600_000 }).token),
    ])
    await expect.poll(() => simulator.calls.count(), patience).toBe(2)
    await simulator.close()
    expect((await calls).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await simulator.close()
  })

  it('a simulator does not start on a port in use', async () => {
    const { url } = await aSimulator()
    const error = await rejection(aSimulator({ port: Number(new URL(url).port) }))
    expect(error['code']).toBe('EADDRINUSE')
  })
})

describe('the command', () => {
  it('the command prints its address and what to set, and stops on SIGTERM', async () => {
    const { child, ended } = start({ PORT: '0', LANDING_URL: 'http://localhost:3999/fulfil' }, '--product-code', 'a,b')
    let printed = ''
    for await (const chunk of child.stdout) {
      printed += String(chunk)
      if (printed.includes('Ctrl+C')) break
    }
    expect(printed).toContain('http://localhost:3999/fulfil')
    expect(printed).toContain('product codes a, b.')
    const url = /AWS_ENDPOINT_URL=(\S+)/.exec(printed)?.[1] ?? ''
    expect(await (await fetch(url)).text()).toContain('action="http://localhost:3999/fulfil"')
    child.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  })

  it('the command reports a port in use in one line', async () => {
    const port = new URL((await aSimulator()).url).port
    const { child, ended } = start({ PORT: port })
    expect(await text(child.stderr)).toBe(
      `The simulator cannot start: port ${port} is in use; choose another with PORT=… or --port\n`,
    )
    expect(await ended).toEqual([1, null])
  })
})
