import { randomUUID } from 'node:crypto'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import type { Message } from '../src/domain/delivery.ts'
import { aConsole } from './support/console.ts'
import { contact } from './support/browse.ts'
import { page } from './support/page.ts'
import type { Overrides } from './support/app.ts'

const messages: readonly Message[] = [
  { receiver: 'webhook', recipient: null, audience: 'seller', body: '{}' },
  { receiver: 'mail', recipient: 'jane.doe@example.com', audience: 'buyer', body: 'mail' },
]

async function aRegistration(overrides: Overrides = {}) {
  const made = await aConsole({
    messagesFor: ({ type }) => (type === 'registration.erased' ? messages.slice(0, 1) : messages),
    ...overrides,
  })
  const { reference } = await made.buyer()
  const here = `/registrations/${reference}`
  const row = () => made.rows()[0] ?? {}
  const events = () => made.rows('select type, actor from events order by occurred_at, rowid')
  const deliveries = () => made.rows('select * from deliveries order by created_at, rowid')
  return { ...made, reference, here, row, events, deliveries }
}

const uuid = randomUUID()

describe('marking access as ready', () => {
  it('marking as ready asks for confirmation, then stores, notifies, logs and reports it', async () => {
    const { get, post, here, reference, row, events, deliveries, log } = await aRegistration()
    expect((await get(`${here}/ready`)).heading).toBe('Mark access as ready')
    const answer = await post(`${here}/ready`, { url: 'https://app.example.com/start', message: 'Welcome' })
    expect([answer.status, answer.headers['location']]).toEqual([303, `/console${here}?done=ready-mailed`])
    expect(row()).toMatchObject({
      ready_by: 'console',
      ready_url: 'https://app.example.com/start',
      ready_message: 'Welcome',
    })
    expect(events().at(-1)).toEqual({ type: 'registration.ready', actor: 'console' })
    expect(deliveries()).toHaveLength(4)
    expect(log.events('console.action')).toMatchObject([{ actor: 'console', action: 'ready', reference }])
    expect(log.events('registration.ready')).toMatchObject([{ actor: 'console', reference, outcome: 'marked' }])
    const after = await get(`${here}?done=ready-mailed`)
    expect(after.texts('[role=status]')).toEqual(['Access is marked as ready. The mail to the buyer is on its way.'])
    expect(after.texts('.standing .badge')).toEqual(['Ready'])
  })

  it('marking as ready again changes link and message, and sends a mail only on request', async () => {
    const { get, post, here, row, events, deliveries } = await aRegistration()
    await post(`${here}/ready`, { url: 'https://app.example.com/start', message: 'Welcome' })
    expect((await get(`${here}/ready`)).$('#url').attr('value')).toBe('https://app.example.com/start')
    const silent = await post(`${here}/ready`, { url: '', message: 'New' })
    expect(silent.headers['location']).toBe(`/console${here}?done=updated`)
    expect(row()).toMatchObject({ ready_url: null, ready_message: 'New' })
    const mailed = await post(`${here}/ready`, { url: '', message: 'New', notify: 'true' })
    expect(mailed.headers['location']).toBe(`/console${here}?done=updated-mailed`)
    expect(events().filter(({ type }) => type === 'registration.ready')).toHaveLength(1)
    expect(deliveries().map(({ receiver }) => receiver)).toEqual(['webhook', 'mail', 'webhook', 'mail', 'mail'])
  })

  it.each([
    [
      { url: 'javascript:alert(1)', message: 'Kept' },
      'url',
      'The link must be a web address that begins with https://.',
    ],
    [
      { url: 'https://kept.example.com', message: 'x'.repeat(501) },
      'message',
      'The message has more than 500 characters.',
    ],
  ])(
    'marking as ready answers 422 to %j, keeps what was typed and changes nothing',
    async (fields, field, sentence) => {
      const { post, here, row } = await aRegistration()
      const answer = await post(`${here}/ready`, fields)
      const shown = page(answer.text)
      expect([answer.status, shown.name, shown.texts('.invalid')]).toEqual([422, 'console-ready', [sentence]])
      expect(shown.$(`#${field}`).attr('aria-invalid')).toBe('true')
      expect([shown.$('#url').attr('value'), shown.$('#message').text().trim()]).toEqual([fields.url, fields.message])
      expect(row()).toMatchObject({ ready_at: null })
    },
  )

  it('the console does not mark a buyer as ready who has not registered', async () => {
    const { buyer, get, post, rows } = await aConsole()
    const { reference } = await buyer({ form: null })
    expect((await get(`/registrations/${reference}`)).links).not.toContain(`/console/registrations/${reference}/ready`)
    const answer = await post(`/registrations/${reference}/ready`)
    expect([answer.status, page(answer.text).name]).toEqual([409, 'console-not-registered'])
    expect(rows('select * from events')).toEqual([])
  })
})

describe('sending again', () => {
  it('sending again writes the last event for the chosen receivers', async () => {
    const { get, post, here, reference, deliveries, log } = await aRegistration()
    expect((await get(`${here}/resend`)).text).toContain('Registered')
    const answer = await post(`${here}/resend`, { mail: 'true' })
    expect(answer.headers['location']).toBe(`/console${here}?done=resent`)
    expect(deliveries().map(({ receiver }) => receiver)).toEqual(['webhook', 'mail', 'mail'])
    expect(new Set(deliveries().map(({ event_id }) => event_id)).size).toBe(1)
    expect(log.events('console.action')).toMatchObject([
      { actor: 'console', action: 'resend', reference, receivers: ['mail'], deliveries: 1 },
    ])
  })

  it('sending again reports a reached mail limit and requires a receiver', async () => {
    const { post, here } = await aRegistration()
    for (let n = 0; n < 2; n += 1) await post(`${here}/resend`, { mail: 'true' })
    expect((await post(`${here}/resend`, { mail: 'true' })).headers['location']).toBe(
      `/console${here}?done=resent-nothing`,
    )
    const answer = await post(`${here}/resend`)
    expect([answer.status, page(answer.text).texts('.invalid')]).toEqual([422, ['Choose to whom it is sent.']])
  })
})

describe('trying a delivery again', () => {
  it('trying again makes a dead delivery due and explains its reason before', async () => {
    const { get, post, execute, here, reference, deliveries, log } = await aRegistration()
    const id = String(deliveries()[1]?.['id'])
    await execute(
      `update deliveries set attempts = 1, dead_at = created_at, last_attempt_at = created_at,
         last_error = 'SMTP 550 5.1.1 after RCPT TO' where id = '${id}'`,
    )
    const { texts } = await get(here)
    expect(texts('.entries .line').join(' ')).toContain(
      'Given up after 1 attempt: there is no such mailbox – SMTP 550 5.1.1 after RCPT TO.',
    )
    expect((await get(`${here}/deliveries/${id}/retry`)).heading).toBe('Try again now')
    const answer = await post(`${here}/deliveries/${id}/retry`)
    expect(answer.headers['location']).toBe(`/console${here}?done=retried`)
    expect(deliveries()[1]).toMatchObject({ dead_at: null, attempts: 0 })
    expect(log.events('console.action')).toMatchObject([
      { actor: 'console', action: 'retry', reference, deliveryId: id, isDue: true },
    ])
  })

  it('trying again reports a delivery that was sent meanwhile', async () => {
    const { post, execute, here, deliveries } = await aRegistration()
    const id = String(deliveries()[0]?.['id'])
    await execute('update deliveries set done_at = created_at, body = null')
    expect((await post(`${here}/deliveries/${id}/retry`)).headers['location']).toBe(`/console${here}?done=not-retried`)
  })

  it('trying again finds no delivery of another registration', async () => {
    const { buyer, post, here, deliveries } = await aRegistration()
    const other = await buyer()
    const id = String(deliveries().at(-1)?.['id'])
    for (const path of [`${here}/deliveries/${id}/retry`, `${here}/deliveries/all/retry`])
      expect((await post(path)).status).toBe(404)
    expect((await post(`/registrations/${other.reference}/deliveries/${id}/retry`)).status).toBe(303)
  })
})

describe('erasing', () => {
  it('erasing requires the reference, then erases, writes the event, logs and reports it', async () => {
    const { get, post, here, reference, row, events, log } = await aRegistration()
    const wrong = await post(`${here}/erase`, { reference: 'AAAA-BBBB-CCCC' })
    expect([wrong.status, page(wrong.text).$('#reference').attr('value')]).toEqual([422, 'AAAA-BBBB-CCCC'])
    expect(row()).toMatchObject({ email: contact.email })
    const answer = await post(`${here}/erase`, { reference: reference.toLowerCase().replaceAll('-', '') })
    expect(answer.headers['location']).toBe(`/console${here}?done=erased`)
    expect(row()).toMatchObject({ email: null, name: null, company: null, phone: null, fields: '{}' })
    expect(events().at(-1)).toEqual({ type: 'registration.erased', actor: 'console' })
    expect(log.events('console.action')).toMatchObject([{ actor: 'console', action: 'erase', reference }])
    expect(log.events('registration.erased')).toHaveLength(1)
    const after = await get(`${here}?done=erased`)
    expect(after.text).toContain('The contact details were erased.')
    expect(after.text).not.toContain(contact.email)
  })
})

describe('every action', () => {
  const actions = ['ready', 'resend', 'erase', `deliveries/${uuid}/retry`]

  it.each(actions)('the console rejects %s from another site and does nothing', async (action) => {
    const { app, here, row, events, deliveries, reference } = await aRegistration()
    const before = [row(), events(), deliveries()]
    const fields = { reference, webhook: 'true', url: 'https://evil.example.com' }
    const post = () => request(app).post(`/console${here}/${action}`).type('form')
    const answers = [
      await post().set('Sec-Fetch-Site', 'cross-site').send(fields),
      await post().set('Sec-Fetch-Site', 'same-site').send(fields),
      await post().set('Origin', 'https://evil.example.com').send(fields),
      await post().send(fields),
    ]
    for (const answer of answers) expect([answer.status, page(answer.text).name]).toEqual([403, 'console-form-forged'])
    expect([row(), events(), deliveries()]).toEqual(before)
  })

  it('a GET of the console performs no action', async () => {
    const { get, here, row, events, deliveries } = await aRegistration()
    const before = [row(), events(), deliveries()]
    for (const action of ['ready', 'resend', 'erase', `deliveries/${String(deliveries()[0]?.['id'])}/retry`])
      expect((await get(`${here}/${action}?url=https://x.example.com&mail=true`)).status).toBe(200)
    expect([row(), events(), deliveries()]).toEqual(before)
  })

  it('console actions answer 404 for an unknown registration', async () => {
    const { post } = await aConsole()
    for (const action of actions)
      expect((await post(`/registrations/7K3M-9QXW-2PAB/${action}`, { reference: '7K3M-9QXW-2PAB' })).status).toBe(404)
  })

  it('the console shows only its own results', async () => {
    const { get, here } = await aRegistration()
    expect((await get(`${here}?done=Pay+at+evil.example.com`)).texts('[role=status]')).toEqual([])
    expect((await get(`${here}?done=constructor`)).texts('[role=status]')).toEqual([])
  })

  it('console actions share the rate limit of forms', async () => {
    const { post, here } = await aRegistration({ env: { RATE_LIMIT_PER_MINUTE: '2' } })
    const statuses = []
    for (let n = 0; n < 3; n += 1) statuses.push((await post(`${here}/ready`, { message: String(n) })).status)
    expect(statuses).toEqual([303, 303, 429])
  })
})

describe('a registration in the console', () => {
  it('the console shows a registration with purchase, contact, labeled answers and history', async () => {
    const { buyer, get, post, later } = await aConsole()
    const { reference } = await buyer({ form: { ...contact, region: 'eu' }, account: '210987654321' })
    later(1)
    await post(`/registrations/${reference}/ready`, { message: 'Welcome' })
    const { text, texts } = await get(`/registrations/${reference.toLowerCase()}`)
    for (const part of ['jane.doe@example.com', '+1 206 555 0100', 'Data region', 'Europe', '210987654321', 'Welcome'])
      expect(text).toContain(part)
    expect(texts('ol.entries li').map((entry) => entry.split(' Nov ')[0])).toEqual([
      ...['Access marked as ready', 'Registered', 'Landed for the first time'],
    ])
    expect(texts('ol.entries .line').filter((line) => line.includes(', by '))).toEqual([
      'Nov 23, 2026, 10:30 UTC, by console',
      'Nov 23, 2026, 09:30 UTC, by buyer',
      'Nov 23, 2026, 09:30 UTC, by buyer',
    ])
  })

  it('the console shows a registration whose product has left the file', async () => {
    const { buyer, get, execute, titles } = await aConsole()
    const { reference } = await buyer({ form: { ...contact, region: 'eu' } })
    await execute(`update registrations set product_code = 'gone'`)
    const { status, text } = await get(`/registrations/${reference}`)
    expect(status).toBe(200)
    for (const part of ['Not configured any more', 'gone', 'Data region', 'eu']) expect(text).toContain(part)
    expect(await titles('')).toEqual(['Example Buyer'])
  })
})
