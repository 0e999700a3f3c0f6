import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import session, { type SessionData } from 'express-session'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Contact } from '../../src/domain/contact.ts'
import type { MessagesFor } from '../../src/domain/delivery.ts'
import { isWhole } from '../../src/domain/notification.ts'
import { createResend } from '../../src/domain/resend.ts'
import { webhookMessage } from '../../src/delivery/webhook.ts'
import { aLanding, emptyDatabase, engines, execute, openTestStore, rowsOf, sessionsOf } from '../support/stores.ts'

const ada: Contact = {
  email: 'ada@example.com',
  name: 'Ada Lovelace',
  company: 'Analytical Engines',
  phone: '+44 20 1',
}
const at = new Date('2026-11-24T12:00:00.000Z')
const personal =
  /ada@example|Lovelace|Analytical Engines|\+44 20 1|secret answer|Your secret|secret\.example|welcome secret/

/** A webhook message, and a mail to the buyer if the event has an address. */
const messagesFor: MessagesFor = (notification) => {
  const { registration } = notification.data
  const recipient = isWhole(registration) ? registration.email : null
  return [
    webhookMessage(notification),
    ...(recipient === null ? [] : [{ receiver: 'mail', audience: 'buyer', recipient, body: recipient } as const]),
  ]
}

describe.each(engines)('erasing on %s', (engine) => {
  async function registered() {
    const database = await emptyDatabase(engine)
    const settings = { messagesFor, webhookBody: (event: Parameters<MessagesFor>[0]) => webhookMessage(event).body }
    const [store, other] = [await openTestStore(database, settings), await openTestStore(database, settings)]
    onTestFinished(async () => {
      await Promise.all([store.close(), other.close()])
    })
    const { id, reference } = await store.registrations.recordLanding(aLanding())
    const complete = (contact = ada) => other.registrations.complete(id, { contact, language: 'en', at })
    await complete()
    const everything = async () => {
      const tables = ['registrations', 'events', 'deliveries', 'sessions', 'handoff_codes']
      return JSON.stringify(await Promise.all(tables.map((table) => rowsOf(database, `select * from ${table}`))))
    }
    const erase = () => store.erase({ reference, actor: 'jane@seller.example', at })
    return { database, store, other, id, reference, complete, everything, erase }
  }

  it('erasing removes what the buyer typed and the seller wrote, and keeps the purchase', async () => {
    const { database, store, id, reference, everything, erase } = await registered()
    await store.markReady({
      ...{ reference, url: 'https://secret.example/', message: 'welcome secret', repeatMail: false },
      ...{ actor: 'cli', at },
    })
    await execute(
      database,
      `update registrations set fields = '{"use":"secret answer"}', field_labels = '{"use":"Your secret"}'`,
    )
    expect(await everything()).toMatch(personal)
    expect(await erase()).toEqual({ events: 2, rewritten: 2, ended: 2, sessions: 0 })
    expect(await everything()).not.toMatch(personal)
    expect(await store.registrations.find(id)).toMatchObject({
      ...{ reference, status: 'registered', awsAccountId: '012345678901', contact: null, fields: {}, fieldLabels: {} },
      ...{ readyUrl: null, readyMessage: null, readyBy: 'cli' },
    })
  })

  it('erasing writes an event for the webhook with the purchase only', async () => {
    const { database, id, reference, erase } = await registered()
    await erase()
    const [event] = await rowsOf(database, "select * from events where type = 'registration.erased'")
    expect(event).toMatchObject({ registration_id: id, actor: 'jane@seller.example' })
    const registration = {
      ...{ id, reference, product_code: 'product-1', aws_account_id: '012345678901' },
      license_arn: 'arn:aws:license-manager::294406891311:license:l-1',
    }
    expect(JSON.parse(String(event?.['data']))).toEqual({ registration })
    const deliveries = await rowsOf(
      database,
      `select receiver, body from deliveries where event_id = '${String(event?.['id'])}'`,
    )
    expect(deliveries.map(({ receiver }) => receiver)).toEqual(['webhook'])
    expect(JSON.parse(String(deliveries[0]?.['body']))).toEqual({
      type: 'registration.erased',
      timestamp: '2026-11-24T12:00:00.000Z',
      data: { registration },
    })
  })

  it('erasing ends every session and handoff code of the registration, and no others', async () => {
    const { store, other, id, erase } = await registered()
    const stranger = await store.registrations.recordLanding(aLanding({ customer: { licenseArn: 'l-2' } }))
    const data = { cookie: new session.Cookie() } as SessionData
    await sessionsOf(store).insert('first', id, data)
    await sessionsOf(store).insert('second', id, data)
    await sessionsOf(store).insert('of a stranger', stranger.id, data)
    const code = await store.handoff.issue(id, 'first')
    expect(await erase()).toMatchObject({ sessions: 2 })
    await sessionsOf(other).set('first', data)
    await sessionsOf(other).touch('second', data)
    expect(await sessionsOf(store).get('first')).toBeNull()
    expect(await sessionsOf(store).get('second')).toBeNull()
    expect(await sessionsOf(store).get('of a stranger')).not.toBeNull()
    expect(await store.handoff.redeem(code)).toMatchObject({ outcome: 'refused' })
  })

  it('erasing is final for a concurrent resend, change and ready mark', { timeout: 60_000 }, async () => {
    const onWithheld = () => undefined
    const newId = () => crypto.randomUUID()
    for (let round = 0; round < 10; round += 1) {
      const { other, reference, complete, everything, erase } = await registered()
      const resend = createResend({ transaction: other.transaction, messagesFor, newId, onWithheld })
      const resent = { reference, receivers: ['webhook', 'mail'] } as const
      const [, changed] = await Promise.all([
        erase(),
        round % 2 === 0 ? complete({ ...ada, phone: null }) : null,
        resend(resent),
        other.markReady({ reference, repeatMail: true, actor: 'api', at }),
        resend(resent),
      ])
      // A form that is stored after erasing counts as new.
      const kept = await everything()
      if (changed === null || !kept.includes('ada@example.com')) expect(kept).not.toMatch(personal)
      else {
        await erase()
        expect(await everything()).not.toMatch(personal)
      }
    }
  })

  it('erasing is final for a form whose session it ended', async () => {
    const { store, other, id, everything, erase } = await registered()
    await sessionsOf(store).insert('buyer', id, { cookie: new session.Cookie() } as SessionData)
    const send = () => other.registrations.complete(id, { sessionId: 'buyer', contact: ada, language: 'en', at })
    expect(await send()).toMatchObject({ type: 'registration.unchanged' })
    await erase()
    expect(await send()).toBeNull()
    expect(await everything()).not.toMatch(personal)
  })

  it('erasing returns null for an unknown reference', async () => {
    const { store, everything } = await registered()
    const before = await everything()
    expect(await store.erase({ reference: 'NOBO-DY00-0000', actor: 'cli', at })).toBeNull()
    expect(await everything()).toBe(before)
  })
})

it('erased details are not in the bytes of the SQLite files', async () => {
  const database = await emptyDatabase('sqlite')
  if (database.engine !== 'sqlite') throw new Error('not this engine')
  const store = await openTestStore(database, { messagesFor })
  onTestFinished(() => store.close())
  const { id, reference } = await store.registrations.recordLanding(aLanding())
  for (const phone of ['+44 20 1', null, '+44 20 1', null])
    await store.registrations.complete(id, { contact: { ...ada, phone }, language: 'en', at })
  // Rows of others are written before and after, so that the details are moved from page to page.
  for (let i = 0; i < 200; i += 1)
    await store.registrations.recordLanding(aLanding({ customer: { licenseArn: `l-${String(i)}` } }))
  const folder = dirname(database.path)
  const bytes = () => readdirSync(folder).map((file) => readFileSync(join(folder, file), 'latin1'))
  expect(bytes()).toHaveLength(3)
  expect(bytes().join('')).toMatch(/ada@example\.com/)
  await store.erase({ reference, actor: 'cli', at })
  expect(bytes()).toHaveLength(3)
  expect(bytes().join('')).not.toMatch(/ada@example|Lovelace|Analytical Engines|\+44 20 1/)
})
