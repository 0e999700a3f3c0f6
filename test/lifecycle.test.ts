import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { startSimulator } from '../simulator/src/simulator.ts'
import { environment } from './support/environment.ts'
import { freePort } from './support/free-port.ts'
import { run, startService } from './support/service.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

async function startAll(env: Readonly<Record<string, string>> = {}) {
  const simulator = await startSimulator()
  onTestFinished(() => simulator.close())
  const folder = mkdtempSync(join(tmpdir(), 'landing-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  const service = await startService({
    DATABASE_URL: `sqlite:${join(folder, 'landing.db')}`,
    PRODUCT_CODES: simulator.productCode,
    AWS_ENDPOINT_URL_MARKETPLACE_METERING: simulator.url,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    ...env,
  })
  const landing = (token: string) =>
    fetch(service.url, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ 'x-amzn-marketplace-token': token }),
    })
  return { simulator, service, landing }
}

const eventsOf = (output: string) => [...output.matchAll(/"event":"(service\.\w+)"/g)].map(([, event]) => event)

describe('the service', () => {
  it('the service drains on SIGTERM: not ready at once, still serving, finishes requests, exits with 0', async () => {
    const { simulator, service, landing } = await startAll({ DRAIN_SECONDS: '1' })
    const slow = landing(simulator.issueToken('slow', { latencyMs: 1600 }).token)
    await pause(200)
    service.child.kill('SIGTERM')
    await expect.poll(() => eventsOf(service.output())).toContain('service.draining')
    const readiness = await fetch(`${service.url}/readyz`)
    expect([readiness.status, await readiness.json()]).toEqual([503, { status: 'draining', checks: { store: 'ok' } }])
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200)
    const late = await landing(simulator.issueToken('new-buyer').token)
    expect([late.status, late.headers.get('connection')]).toEqual([303, 'close'])
    expect((await slow).status).toBe(303)
    expect(await service.ended).toBe(0)
    expect(eventsOf(service.output())).toEqual(['service.started', 'service.draining', 'service.stopped'])
  })

  it('npm start passes a signal on to the service and ends with its exit code', async () => {
    const { simulator } = await startAll()
    const { PATH } = process.env
    const started = spawn('npm', ['start'], {
      env: {
        PATH,
        ...environment({ PORT: '0', DRAIN_SECONDS: '0', DATABASE_URL: `sqlite:${join(temporaryFolder(), 'x.db')}` }),
        AWS_ENDPOINT_URL_MARKETPLACE_METERING: simulator.url,
      },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let output = ''
    started.stdout.on('data', (text: Buffer) => (output += text.toString()))
    await vi.waitFor(
      () => {
        expect(eventsOf(output)).toEqual(['service.started'])
      },
      { timeout: 30_000 },
    )
    const ended = once(started, 'close')
    started.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
    expect(eventsOf(output)).toEqual(['service.started', 'service.draining', 'service.stopped'])
  })

  it('the service stops at once on SIGINT', async () => {
    const { service } = await startAll({ DRAIN_SECONDS: '60' })
    service.child.kill('SIGINT')
    expect(await Promise.race([service.ended, pause(30_000, 'still running')])).toBe(0)
  })

  it('the service closes a stalled request after the drain', async () => {
    const { service } = await startAll({ DRAIN_SECONDS: '0', MARKETPLACE_DEADLINE_MS: '1000' })
    const stalled = connect(Number(new URL(service.url).port), '127.0.0.1')
    stalled.on('error', () => undefined).resume()
    const cut = new Promise((closed) => stalled.once('close', closed))
    const head =
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nx'
    await new Promise((sent) => stalled.write(head, sent))
    await pause(200)
    service.child.kill('SIGTERM')
    expect(await Promise.race([service.ended, pause(30_000, 'still waiting for the rest of the request')])).toBe(0)
    await cut
    expect(eventsOf(service.output())).toEqual(['service.started', 'service.draining', 'service.stopped'])
  })

  it('a second signal ends the service at once', async () => {
    const { service } = await startAll({ DRAIN_SECONDS: '60' })
    service.child.kill('SIGTERM')
    await expect.poll(() => eventsOf(service.output())).toContain('service.draining')
    service.child.kill('SIGTERM')
    expect(await service.ended).toBe('SIGTERM')
  })

  it('the service does not start with an invalid configuration and reports every fault', async () => {
    const port = await freePort()
    const { ended, output } = run('src/main.ts', {
      PORT: String(port),
      SESSION_SECRET: 'hunter2',
      SIGN_IN_URL: '',
      PRODUCT_CODES: '',
    })
    expect(await ended).toBe(1)
    expect(output()).toMatch(/SESSION_SECRET .*openssl/)
    expect(output()).toMatch(/SIGN_IN_URL is missing/)
    expect(output()).toMatch(/PRODUCT_CODES is missing/)
    expect(output()).not.toContain('hunter2')
    await expect(fetch(`http://127.0.0.1:${String(port)}/healthz`)).rejects.toThrow()
  })

  it('the service reports a port in use', async () => {
    const { service } = await startAll()
    const folder = mkdtempSync(join(tmpdir(), 'landing-'))
    const second = run('src/main.ts', {
      PORT: new URL(service.url).port,
      HOST: '127.0.0.1',
      DATABASE_URL: `sqlite:${join(folder, 'x.db')}`,
    })
    expect(await second.ended).toBe(1)
    expect(second.output()).toContain('PORT is in use')
    rmSync(folder, { recursive: true })
  })

  it('the service keeps connections open longer than the load balancer', async () => {
    const { service } = await startAll({ ALB_IDLE_TIMEOUT_SECONDS: '120' })
    expect((await fetch(service.url)).headers.get('keep-alive')).toBe('timeout=125')
  })
})

async function raw(url: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => undefined)
  socket.write(text)
  await once(socket, 'close')
  return Buffer.concat(chunks).toString()
}

it('a request with an unknown expectation is served with its id', async () => {
  const { service } = await startAll()
  const answer = await raw(service.url, 'GET / HTTP/1.1\r\nHost: x\r\nExpect: coffee\r\nConnection: close\r\n\r\n')
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\nX-Request-Id: /)
})

describe('a request that the HTTP parser refuses', () => {
  const proxyV2 = '\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c'
  const unreadable: readonly (readonly [what: string, text: string, status: number, reason: string, hint?: RegExp])[] =
    [
      ['an unknown method', 'BREW / HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'HPE_INVALID_METHOD'],
      ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400, 'host'],
      ['a target without a path', 'GET foo://bar HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'target'],
      ['a target that is no URL', 'GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'target'],
      ['no HTTP at all', 'hello\r\n\r\n', 400, 'HPE_INVALID_METHOD'],
      [
        'a header of 40 KB',
        `GET / HTTP/1.1\r\nHost: x\r\nCookie: ${'x'.repeat(40_000)}\r\n\r\n`,
        431,
        'HPE_HEADER_OVERFLOW',
      ],
      ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n', 400, 'HPE_INVALID_HEADER_TOKEN'],
      ['a CONNECT', 'CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'CONNECT'],
      [
        'two lengths',
        'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
        400,
        'HPE_UNEXPECTED_CONTENT_LENGTH',
      ],
      ['TLS', '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03', 400, 'HPE_INVALID_METHOD', /TLS/],
      ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'HPE_PAUSED_H2_UPGRADE', /HTTP\/2/],
      [
        'the PROXY protocol 1',
        'PROXY TCP4 10.0.0.1 10.0.0.2 5000 3000\r\nGET / HTTP/1.1\r\n',
        400,
        'HPE_INVALID_METHOD',
        /PROXY/,
      ],
      ['the PROXY protocol 2', proxyV2, 400, 'HPE_INVALID_METHOD', /PROXY/],
    ]

  it('a request that the HTTP parser rejects gets a plain response and one log line with reason and peer', async () => {
    const { service } = await startAll()
    for (const [what, text, status, reason, hint] of unreadable) {
      const before = service.output().length
      const answer = await raw(service.url, text)
      expect([what, answer.split('\r\n')[0]]).toEqual([what, expect.stringMatching(`^HTTP/1\\.1 ${String(status)} `)])
      const lines = await vi.waitFor(() => {
        const refused = service
          .output()
          .slice(before)
          .split('\n')
          .filter((line) => line.includes('request-unreadable'))
        expect([what, refused.length]).toEqual([what, 1])
        return refused.map((line): unknown => JSON.parse(line))
      }, 30_000)
      expect([what, lines[0]]).toEqual([
        what,
        expect.objectContaining({
          event: 'registration.refused',
          code: 'request-unreadable',
          reason,
          status,
          clientAddress: '127.0.0.1',
          ...(hint === undefined ? {} : { hint: expect.stringMatching(hint) as string }),
        }),
      ])
      expect([what, 'hint' in Object(lines[0])]).toEqual([what, hint !== undefined])
      expect((await fetch(service.url)).status).toBe(200)
    }
  })

  it('a reset CONNECT request does not stop the service', async () => {
    const { service } = await startAll()
    const reset = connect(Number(new URL(service.url).port), '127.0.0.1')
    await new Promise((sent) => reset.write('CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n', sent))
    reset.resetAndDestroy()
    expect((await fetch(service.url)).status).toBe(200)
  })

  it('the service closes a request that never ends', async () => {
    const { service } = await startAll({ ALB_IDLE_TIMEOUT_SECONDS: '1' })
    const answer = await raw(
      service.url,
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nx',
    )
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
    // After 11 s. Node's own limit is 300 s, longer than the test may take.
  }, 120_000)
})
