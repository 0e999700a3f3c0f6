import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { createWebhook } from '../../src/delivery/webhook.ts'
import { nextPauseMs, retryScheduleMs, type Delivery } from '../../src/domain/delivery.ts'
import { selfSignedCertificate } from '../support/certificate.ts'
import { freePort } from '../support/free-port.ts'
import { listen } from '../support/listen.ts'

const hour = 3_600_000
const now = new Date('2026-11-24T12:00:00Z')
const secrets = [`whsec_${Buffer.alloc(32, 7).toString('base64')}`]
const delivery: Delivery = {
  ...{ id: 'delivery', eventId: 'event', registrationId: null, receiver: 'webhook', recipient: null },
  ...{ audience: 'seller', body: '{}', attempts: 1 },
}

const sendTo = (url: string, authorization: string | null = null) =>
  createWebhook({ url, authorization, secrets }, () => now)(delivery)

async function answered(answer: (response: ServerResponse) => void) {
  const { url } = await listen((_request, response) => {
    answer(response)
  })
  return sendTo(url)
}

it('a receiver gets user and password as Basic authentication, and the complete URL', async () => {
  const seen: unknown[] = []
  const { url } = await listen(({ url: path, headers }, response) => {
    seen.push([path, headers.authorization])
    response.end()
  })
  expect(await sendTo(`${url}/hook/a%20b?key=1&key=2`, 'Basic bWU6c2VjcmV0')).toEqual({ outcome: 'sent' })
  expect(seen).toEqual([['/hook/a%20b?key=1&key=2', 'Basic bWU6c2VjcmV0']])
})

it('a receiver that redirects has failed, and the other address is not called', async () => {
  const paths: unknown[] = []
  const { url } = await listen((request, response) => {
    paths.push(request.url)
    response.writeHead(307, { Location: '/elsewhere' }).end()
  })
  expect(await sendTo(`${url}/hook`)).toEqual({
    ...{ outcome: 'failed', reason: 'HTTP 307, redirects are not followed', retryAfterMs: null },
  })
  await pause(100)
  expect(paths).toEqual(['/hook'])
})

it.each([
  [429, '120', 120_000, 120_000],
  [503, 'Tue, 24 Nov 2026 13:00:00 GMT', hour, hour],
  [429, String(48 * 3600), 48 * hour, 24 * hour],
  [429, 'Thu, 26 Nov 2026 12:00:00 GMT', 48 * hour, 24 * hour],
  [429, 'Mon, 23 Nov 2026 12:00:00 GMT', 0, 5_000],
  [429, 'soon', null, 5_000],
  [500, '120', null, 5_000],
])(
  'a receiver that answers %i with Retry-After %s is tried again after that time',
  async (status, value, asked, paused) => {
    const attempt = await answered((response) => response.writeHead(status, { 'Retry-After': value }).end())
    expect(attempt).toEqual({ outcome: 'failed', reason: `HTTP ${String(status)}`, retryAfterMs: asked })
    expect(nextPauseMs(retryScheduleMs, 1, { retryAfterMs: asked, random: 0.5 })).toBe(paused)
  },
)

it('a receiver that answers 410 gets no more attempts', async () => {
  expect(await answered((response) => response.writeHead(410).end())).toEqual({
    outcome: 'refused',
    reason: 'HTTP 410',
  })
})

it.each([
  [403, { Server: 'cloudflare', 'cf-mitigated': 'challenge' }, 'HTTP 403, challenge page of Cloudflare'],
  [403, { Server: 'cloudflare' }, 'HTTP 403 through Cloudflare'],
  [403, { Server: 'nginx' }, 'HTTP 403'],
  [401, {}, 'HTTP 401'],
])('status %i with the headers %o has a reason that names the responder', async (status, headers, reason) => {
  expect(await answered((response) => response.writeHead(status, headers).end('<html>'))).toEqual({
    ...{ outcome: 'failed', reason, retryAfterMs: null },
  })
})

it('an endless response counts as received, and the connection is closed', async () => {
  let isClosed = false
  const { url } = await listen((_request, response) => {
    response.writeHead(200)
    const more = setInterval(() => response.write('x'.repeat(65_536)), 1)
    response.on('close', () => {
      clearInterval(more)
      isClosed = true
    })
  })
  expect(await sendTo(url)).toEqual({ outcome: 'sent' })
  await expect.poll(() => isClosed).toBe(true)
})

it('a receiver whose certificate is not trusted gets nothing', async () => {
  let requests = 0
  const server = createHttpsServer(selfSignedCertificate(), () => (requests += 1))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  expect(await sendTo(`https://localhost:${String((server.address() as AddressInfo).port)}/`)).toEqual({
    ...{ outcome: 'failed', reason: 'certificate not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)', retryAfterMs: null },
  })
  expect(requests).toBe(0)
})

it('the reason of a failed connection contains no address', async () => {
  const cut = await answered((response) => response.socket?.destroy())
  const unknown = await sendTo('https://nowhere.invalid/')
  const refused = await sendTo(`http://127.0.0.1:${String(await freePort())}/`)
  const garbled = createServer((_request, response) => response.socket?.end('SSH-2.0\r\n\r\n'))
  await once(garbled.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void garbled.close())
  const odd = await sendTo(`http://127.0.0.1:${String((garbled.address() as AddressInfo).port)}/`)
  expect([cut, unknown, refused, odd].map((attempt) => (attempt.outcome === 'sent' ? '' : attempt.reason))).toEqual([
    expect.stringMatching(/^connection broken \((UND_ERR_SOCKET|ECONNRESET)\)$/),
    expect.stringMatching(/^host not found \((ENOTFOUND|EAI_AGAIN)\)$/),
    'connection refused (ECONNREFUSED)',
    'unreadable answer',
  ])
})

it('an attempt ends after 15 seconds if the receiver does not respond', { timeout: 40_000 }, async () => {
  expect(await answered(() => undefined)).toEqual({
    ...{ outcome: 'failed', reason: 'no answer in time', retryAfterMs: null },
  })
})
