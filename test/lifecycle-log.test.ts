import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { compileCache } from './support/command.ts'
import { environment } from './support/environment.ts'
import { freePort } from './support/free-port.ts'
import { answering } from './support/program.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const project = join(import.meta.dirname, '..')

type Service = { readonly child: ChildProcess; readonly url: string; readonly ended: Promise<unknown> }

/** The real service, whose standard output is read by the test only. */
async function startWith(stdout: number | 'pipe'): Promise<Service> {
  const port = await freePort()
  const child = spawn(process.execPath, [join(project, 'src/main.ts')], {
    stdio: ['ignore', stdout, 'pipe'],
    env: {
      ...compileCache,
      AWS_EC2_METADATA_DISABLED: 'true',
      ...environment({
        ...{ HOST: '127.0.0.1', PORT: String(port), DRAIN_SECONDS: '0' },
        DATABASE_URL: `sqlite:${temporaryFolder()}/landing.db`,
      }),
    },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as unknown)
  const url = `http://127.0.0.1:${String(port)}`
  await answering({ child, ended: ended as Promise<string>, output: () => '' }, `${url}/readyz`)
  return { child, url, ended }
}

/** Each request makes two lines, one of them longer than a kilobyte. */
async function flood(url: string, requests: number): Promise<readonly number[]> {
  const path = 'x'.repeat(1_000)
  const statuses: number[] = []
  for (let sent = 0; sent < requests; sent += 50) {
    const answers = await Promise.all(Array.from({ length: 50 }, () => fetch(`${url}/${path}`)))
    for (const answer of answers) {
      statuses.push(answer.status)
      await answer.body?.cancel()
    }
  }
  return statuses
}

async function servesAndEnds({ child, url, ended }: Service): Promise<void> {
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  expect((await fetch(url)).status).toBe(200)
  child.kill('SIGTERM')
  expect(await Promise.race([ended, pause(10_000, 'still running')])).toBe(0)
}

describe('the service goes on and ends when its log', () => {
  it('the service continues and ends when its log is on a full disk', async () => {
    const service = await startWith(openSync('/dev/full', 'w'))
    expect(await flood(service.url, 50)).toEqual(Array(50).fill(404))
    await servesAndEnds(service)
  })

  it('the service continues and ends when its log has lost its reader', async () => {
    const service = await startWith('pipe')
    service.child.stdout?.destroy()
    expect(await flood(service.url, 50)).toEqual(Array(50).fill(404))
    await servesAndEnds(service)
  })

  it('the service continues and ends when its log is not read', async () => {
    const service = await startWith('pipe')
    expect(new Set(await flood(service.url, 2_000))).toEqual(new Set([404]))
    await servesAndEnds(service)
  }, 60_000)
})

it('the log continues when its reader does, and reports the number of lost lines', async () => {
  const { child, url } = await startWith('pipe')
  await flood(url, 2_000)
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const lines = () =>
    text
      .split('\n')
      .slice(0, -1)
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { readonly msg: string; readonly path?: string; readonly lost?: number })
  let requests = 2_000
  await expect
    .poll(async () => {
      requests += 1
      await fetch(`${url}/after`)
      return lines().at(-1)?.path
    })
    .toBe('/after')
  const lost = lines().reduce((sum, line) => sum + (line.lost ?? 0), 0)
  expect(lost).toBeGreaterThan(1_000)
  // Each request fails.
  expect(lines().filter(({ msg }) => /^(?:request|refused: not-found)$/.test(msg))).toHaveLength(2 * requests - lost)
}, 60_000)
