import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'
import { expect, it, onTestFinished } from 'vitest'
import { contact, cookies, land, register } from './support/browse.ts'
import { startApp } from './support/started-app.ts'

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const oldSecret = `whsec_${Buffer.alloc(24, 9).toString('base64')}`

type Received = { readonly headers: IncomingHttpHeaders; readonly body: string; readonly at: number }

async function startReceiver(answer: (response: ServerResponse, count: number) => void) {
  const received: Received[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ headers: request.headers, body, at: Date.now() })
      answer(response, received.length)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { received, url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/hook` }
}

/** The same buyer each time. */
async function start(...args: Parameters<typeof startApp>) {
  const { url, simulator, rows } = await startApp(...args)
  const registered = async (fields = contact) => {
    const cookie = cookies(await land(url, simulator.issueToken('same-license').token))
    return register(url, cookie, fields)
  }
  return { registered, rows }
}

it.each(['sqlite', 'postgres'] as const)(
  'the webhook is notified of a registration within a second, signed with each secret (%s)',
  async (engine) => {
    const { received, url } = await startReceiver((response) => response.end())
    const { registered, rows } = await start(engine, {
      WEBHOOK_URL: url,
      WEBHOOK_SECRET: `${secret},${oldSecret}`,
    })
    const since = Date.now()
    expect((await registered()).status).toBe(303)
    await expect.poll(() => received.length).toBe(1)
    const [message] = received
    expect((message?.at ?? 0) - since).toBeLessThan(20_000)
    for (const known of [secret, oldSecret])
      expect(new Webhook(known).verify(message?.body ?? '', message?.headers as Record<string, string>)).toMatchObject({
        type: 'registration.completed',
        data: { registration: { status: 'registered', ...contact } },
      })
    const [event] = await rows('select * from events')
    expect(event).toMatchObject({ id: message?.headers['webhook-id'], type: 'registration.completed' })
    await expect
      .poll(() => rows('select attempts, last_error, body from deliveries where done_at is not null'))
      .toEqual([{ attempts: 1, last_error: null, body: null }])
  },
)

it('the webhook is notified of a change with the previous details, and not if nothing changed', async () => {
  const { received, url } = await startReceiver((response) => response.end())
  const { registered, rows } = await start('sqlite', { WEBHOOK_URL: url, WEBHOOK_SECRET: secret })
  await registered()
  await registered()
  await registered({ ...contact, email: 'new@example.com' })
  await expect.poll(() => received.length).toBe(2)
  const changed = received.map(({ body }) => JSON.parse(body) as { type: string; data: object }).at(-1)
  expect(changed).toMatchObject({
    type: 'registration.changed',
    data: { registration: { email: 'new@example.com' }, previous: contact },
  })
  expect(await rows('select type from events order by occurred_at')).toEqual([
    { type: 'registration.completed' },
    { type: 'registration.changed' },
  ])
})

it('a delivery is retried on schedule with the same id, and is dead after the last attempt', async () => {
  const { received, url } = await startReceiver((response) => response.writeHead(500).end())
  const { registered, rows } = await start(
    'sqlite',
    { WEBHOOK_URL: url, WEBHOOK_SECRET: secret },
    { retryScheduleMs: [10, 10] },
  )
  await registered()
  await expect
    .poll(() => rows('select attempts, last_error, dead_at is null as alive from deliveries'))
    .toEqual([{ attempts: 3, last_error: 'HTTP 500', alive: 0 }])
  expect(received).toHaveLength(3)
  expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
})

it('a delivery is dead at once after a 410', async () => {
  const { url } = await startReceiver((response) => response.writeHead(410).end())
  const { registered, rows } = await start('sqlite', { WEBHOOK_URL: url, WEBHOOK_SECRET: secret })
  await registered()
  await expect
    .poll(() => rows('select attempts, last_error from deliveries where dead_at is not null'))
    .toEqual([{ attempts: 1, last_error: 'HTTP 410' }])
})
