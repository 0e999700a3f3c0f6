import { describe, expect, it, onTestFinished } from 'vitest'
import type { Contact } from '../../src/domain/contact.ts'
import type { MessagesFor } from '../../src/domain/delivery.ts'
import { aLanding, emptyDatabase, engines, execute, openTestStore, rowsOf } from '../support/stores.ts'

/** To the address, and to the one before. */
const messagesFor: MessagesFor = ({ data: { registration, previous } }) =>
  [previous?.email, registration?.email].flatMap((recipient) =>
    recipient === undefined || recipient === null
      ? []
      : [{ receiver: 'mail', audience: 'buyer', recipient, body: '{}' } as const],
  )

describe.each(engines)('mails to buyers on %s', (engine) => {
  const openStore = async () => {
    const database = await emptyDatabase(engine)
    const store = await openTestStore(database, { messagesFor })
    onTestFinished(() => store.close())
    const landed = async (license: string) =>
      (await store.registrations.recordLanding(aLanding({ customer: { licenseArn: license } }))).id
    const complete = (id: string, email: string) => {
      const contact: Contact = { email, name: 'Ada', company: 'Engines', phone: null }
      return store.registrations.complete(id, { contact, language: 'en', at: new Date() })
    }
    const mails = async () => (await rowsOf(database, 'select recipient from deliveries')).length
    return { database, landed, complete, mails }
  }

  it('are three a day to one address, of all registrations, whatever its capitals', async () => {
    const { landed, complete, mails } = await openStore()
    for (const [i, email] of ['ada@example.com', 'Ada@example.com', 'ADA@Example.com', 'ada@example.com'].entries())
      await complete(await landed(`l-${String(i)}`), email)
    expect(await mails()).toBe(3)
  })

  it('are three to one address of registrations that are sent at the same moment', async () => {
    const { landed, complete, mails } = await openStore()
    const ids = await Promise.all(['1', '2', '3', '4', '5'].map((n) => landed(`l-${n}`)))
    await Promise.all(ids.map((id) => complete(id, 'ada@example.com')))
    expect(await mails()).toBe(3)
  })

  it('are counted again the next day', async () => {
    const { database, landed, complete, mails } = await openStore()
    for (const n of ['1', '2', '3', '4']) await complete(await landed(`l-${n}`), 'ada@example.com')
    const yesterday = new Date(Date.now() - 25 * 60 * 60_000).toISOString()
    await execute(database, `update deliveries set created_at = '${yesterday}'`)
    await complete(await landed('l-5'), 'ada@example.com')
    expect(await mails()).toBe(4)
  })

  it('let two registrations swap their addresses at the same moment, without waiting for each other', async () => {
    const { landed, complete } = await openStore()
    const [one, other] = [await landed('l-1'), await landed('l-2')]
    let [a, b] = ['a@example.com', 'b@example.com']
    await Promise.all([complete(one, a), complete(other, b)])
    const since = performance.now()
    for (let i = 0; i < 20; i += 1) {
      ;[a, b] = [b, a]
      const swapped = await Promise.all([complete(one, a), complete(other, b)])
      expect(swapped.map((sent) => sent?.type)).toEqual(['registration.changed', 'registration.changed'])
    }
    // PostgreSQL takes a second to find each deadlock.
    expect(performance.now() - since).toBeLessThan(15_000)
  })
})
