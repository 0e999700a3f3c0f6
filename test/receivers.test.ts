import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createWebhook } from '../src/delivery/webhook.ts'
import { nextPauseMs, retryScheduleMs, type Delivery } from '../src/domain/delivery.ts'
import { cookies, land } from './support/browse.ts'
import { selfSignedCertificate } from './support/certificate.ts'
import { startApp } from './support/started-app.ts'

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const hour = 3_600_000

type Answer = (response: ServerResponse, request: IncomingMessage) => void

async function receiver(answer: Answer) {
  const paths: string[] = []
  const server = createServer((request, response) => {
    void text(request).then(() => {
      paths.push(request.url ?? '')
      answer(response, request)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/hook`
  return { url, paths, env: { WEBHOOK_URL: url, WEBHOOK_SECRET: secret } }
}

const delivery: Delivery = {
  ...{ id: 'delivery', eventId: 'event', registrationId: null, receiver: 'webhook', recipient: null },
  ...{ audience: 'seller', body: '{}', attempts: 1 },
}
const now = new Date('2026-11-24T12:00:00Z')
const sendTo = (url: string) => createWebhook({ url, authorization: null, secrets: [secret] }, () => now)(delivery)

describe('a webhook', () => {
  it('that redirects has failed, and the other address is not called', async () => {
    const { url, paths } = await receiver((response) => response.writeHead(307, { Location: '/elsewhere' }).end())
    expect(await sendTo(url)).toEqual({ outcome: 'failed', reason: 'HTTP 307', retryAfterMs: null })
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
  ])('that answers %i with Retry-After %s is left alone for so long', async (status, value, asked, paused) => {
    const { url } = await receiver((response) => response.writeHead(status, { 'Retry-After': value }).end())
    const attempt = await sendTo(url)
    expect(attempt).toEqual({ outcome: 'failed', reason: `HTTP ${String(status)}`, retryAfterMs: asked })
    expect(nextPauseMs(retryScheduleMs, 1, { retryAfterMs: asked, random: 0.5 })).toBe(paused)
  })

  it('that answers without end has got the message, and is hung up on', async () => {
    let hungUp = false
    let sent = 0
    const { url } = await receiver((response) => {
      response.writeHead(200).on('close', () => (hungUp = true))
      const more = setInterval(() => {
        sent += 65_536
        if (!response.destroyed) response.write('x'.repeat(65_536))
      }, 1)
      response.on('close', () => {
        clearInterval(more)
      })
    })
    expect(await sendTo(url)).toEqual({ outcome: 'sent' })
    await expect.poll(() => hungUp).toBe(true)
    expect(sent).toBeLessThan(50_000_000)
  })

  it('with TLS that nobody can trust gets nothing', async () => {
    let requests = 0
    const server = createHttpsServer(selfSignedCertificate(), () => (requests += 1))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => void server.close())
    const url = `https://localhost:${String((server.address() as AddressInfo).port)}/`
    expect(await sendTo(url)).toEqual({
      ...{ outcome: 'failed', reason: 'DEPTH_ZERO_SELF_SIGNED_CERT', retryAfterMs: null },
    })
    expect(requests).toBe(0)
  })

  it('whose name there is not, or where nothing listens, has failed', async () => {
    expect(await sendTo('https://nowhere.invalid/')).toMatchObject({
      reason: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/) as string,
    })
    expect(await sendTo('http://127.0.0.1:9/')).toMatchObject({ outcome: 'failed' })
  })

  it('that cuts the connection has failed, under a reason without its address', async () => {
    const { url } = await receiver((response) => response.socket?.destroy())
    const attempt = await sendTo(url)
    expect(attempt).toMatchObject({ outcome: 'failed' })
    expect(JSON.stringify(attempt)).not.toContain('127.0.0.1')
  })
})

describe('the service', () => {
  it('heeds Retry-After and comes back by itself', async () => {
    let first = true
    const { env, paths } = await receiver((response) => {
      if (!first) return response.end()
      first = false
      return response.writeHead(429, { 'Retry-After': '2' }).end()
    })
    const { registered, rows } = await startApp('sqlite', env, { retryScheduleMs: [1, 1] })
    const since = Date.now()
    await registered()
    await expect
      .poll(() => rows('select attempts from deliveries where done_at is not null'), { timeout: 10_000 })
      .toEqual([{ attempts: 2 }])
    expect(Date.now() - since).toBeGreaterThanOrEqual(2_000)
    expect(paths).toHaveLength(2)
  })

  it(
    'lets no buyer wait for a receiver that hangs, and gives up on it after 15 seconds',
    { timeout: 60_000 },
    async () => {
      const { env, paths } = await receiver(() => undefined)
      const { registered, rows, url, simulator } = await startApp('sqlite', env, { retryScheduleMs: [hour] })
      for (let i = 0; i < 25; i += 1) await registered()
      // As many as are sent at once; the others wait in the table.
      await expect.poll(() => paths.length).toBe(20)
      const since = Date.now()
      const answer = await land(url, simulator.issueToken('new-buyer').token)
      expect([answer.status, cookies(answer) === '']).toEqual([303, false])
      expect(Date.now() - since).toBeLessThan(2_000)
      await expect
        .poll(() => rows("select count(*) as n from deliveries where last_error = 'no answer in time'"), {
          timeout: 40_000,
        })
        .toEqual([{ n: 20 }])
    },
  )

  it('sends to a slow receiver side by side', { timeout: 40_000 }, async () => {
    let open = 0
    let most = 0
    const { env } = await receiver((response) => {
      open += 1
      most = Math.max(most, open)
      setTimeout(() => {
        open -= 1
        response.end()
      }, 700)
    })
    const { registered, rows } = await startApp('sqlite', env)
    await Promise.all(Array.from({ length: 30 }, () => registered()))
    await expect
      .poll(() => rows('select count(*) as n from deliveries where done_at is not null'), { timeout: 20_000 })
      .toEqual([{ n: 30 }])
    expect(most).toBeGreaterThan(5)
    expect(most).toBeLessThanOrEqual(20)
  })

  it('waits, when it stops, for what is being sent, and begins nothing new', async () => {
    let arrived = 0
    const { env } = await receiver((response) => {
      arrived += 1
      setTimeout(() => response.end(), 1_500)
    })
    const { registered, stop, rows } = await startApp('sqlite', env)
    await registered()
    await expect.poll(() => arrived).toBe(1)
    const since = Date.now()
    await stop()
    expect(Date.now() - since).toBeGreaterThan(500)
    expect(await rows('select attempts from deliveries where done_at is not null and lease_until is null')).toEqual([
      { attempts: 1 },
    ])
  })
})
