import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { aClient, aSimulator, redeem, rejection } from './support.ts'

const main = join(import.meta.dirname, '../src/main.ts')

function start(env: Record<string, string>, ...flags: string[]) {
  const child = spawn(process.execPath, [main, ...flags], { env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  return { child, ended: once(child, 'exit') }
}

async function firstWords({ stdout }: ChildProcess): Promise<string> {
  let words = ''
  for await (const chunk of stdout ?? []) {
    words += String(chunk)
    if (words.includes('Ctrl+C')) return words
  }
  return words
}

describe('closing', () => {
  it('is immediate, hanging and slow calls included', async () => {
    const simulator = await aSimulator()
    const client = aClient(simulator, { maxAttempts: 1 })
    const calls = Promise.allSettled([
      redeem(client, simulator.issueToken('hanging').token),
      redeem(client, simulator.issueToken('slow').token),
    ])
    await expect.poll(() => simulator.calls.count()).toBe(2)
    const started = performance.now()
    await simulator.close()
    expect((await calls).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(performance.now() - started).toBeLessThan(500)
  })

  it('may happen twice', async () => {
    const simulator = await aSimulator()
    await simulator.close()
    await simulator.close()
  })
})

describe('starting', () => {
  it('fails on a port in use', async () => {
    const { url } = await aSimulator()
    const error = await rejection(aSimulator({ port: Number(new URL(url).port) }))
    expect(error['code']).toBe('EADDRINUSE')
  })
})

describe('npm run simulator', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'says where it is and what to set, and stops at once on %s',
    async (signal) => {
      const { child, ended } = start({ PORT: '0', LANDING_URL: 'http://localhost:3999/fulfil', PRODUCT_CODE: 'mine' })
      const words = await firstWords(child)
      const [, url = ''] = /AWS_ENDPOINT_URL_MARKETPLACE_METERING=(\S+)/.exec(words) ?? []
      expect(words).toContain('http://localhost:3999/fulfil')
      expect(words).toContain('product code mine')
      const page = await fetch(url)
      expect(await page.text()).toContain('action="http://localhost:3999/fulfil"')
      const started = performance.now()
      child.kill(signal)
      expect(await ended).toEqual([0, null])
      expect(performance.now() - started).toBeLessThan(1000)
    },
  )

  it('prefers flags to the environment', async () => {
    const { child, ended } = start({ PORT: 'x', PRODUCT_CODE: 'x' }, '--port', '0', '--product-code', 'flagged')
    expect(await firstWords(child)).toContain('product code flagged')
    child.kill('SIGTERM')
    await ended
  })

  it.each([
    ['a bad port', { PORT: 'http' }, /PORT is "http"; it must be a whole number from 0 to 65535/],
    ['a port beyond the last', { PORT: '65536' }, /PORT is "65536"/],
    [
      'a time that is none',
      { ACTIVATE_AFTER_SECONDS: 'soon' },
      /ACTIVATE_AFTER_SECONDS is "soon"; it must be a whole number/,
    ],
    ['a bad landing URL', { PORT: '0', LANDING_URL: 'localhost:3000' }, /LANDING_URL is "localhost:3000"/],
  ])('refuses %s in one line', async (_, env, message) => {
    const { child, ended } = start(env)
    const said = await text(child.stderr)
    expect(await ended).toEqual([1, null])
    expect(said).toMatch(message)
    expect(said.trim().split('\n')).toHaveLength(1)
  })

  it('refuses a port in use in one line', async () => {
    const port = new URL((await aSimulator()).url).port
    const { child, ended } = start({ PORT: port })
    expect(await text(child.stderr)).toBe(
      `The simulator cannot start: port ${port} is in use; choose another with PORT=… or --port\n`,
    )
    expect(await ended).toEqual([1, null])
  })
})
