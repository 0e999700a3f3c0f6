import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { cookies, land } from './support/browse.ts'
import { startApp } from './support/started-app.ts'

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

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

describe('the service', () => {
  it('a delivery waits as long as Retry-After and is then sent again', async () => {
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
      .poll(() => rows('select attempts from deliveries where done_at is not null'))
      .toEqual([{ attempts: 2 }])
    expect(Date.now() - since).toBeGreaterThanOrEqual(2_000)
    expect(paths).toHaveLength(2)
  })

  it('no buyer waits for a hanging receiver', async () => {
    const { env, paths } = await receiver(() => undefined)
    const { registered, url, simulator } = await startApp('sqlite', env, { retryScheduleMs: [3_600_000] })
    for (let i = 0; i < 25; i += 1) await registered()
    // As many as are sent at once; the others wait in the table.
    await expect.poll(() => paths.length).toBe(20)
    const since = Date.now()
    const answer = await land(url, simulator.issueToken('new-buyer').token)
    expect([answer.status, cookies(answer) === '']).toEqual([303, false])
    expect(Date.now() - since).toBeLessThan(10_000)
  })

  it('deliveries to a slow receiver are sent concurrently', async () => {
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
    // If a busy disk does not take a result in time, the delivery is sent again after its lease of 60 s.
    await expect
      .poll(() => rows('select count(*) as n from deliveries where done_at is not null'), { timeout: 100_000 })
      .toEqual([{ n: 30 }])
    expect(most).toBeGreaterThan(5)
    expect(most).toBeLessThanOrEqual(20)
  }, 120_000)

  it('a stopping service waits for current deliveries and starts no new ones', async () => {
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
