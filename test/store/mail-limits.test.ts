import { describe, expect, it, onTestFinished } from 'vitest'
import type { Contact } from '../../src/domain/contact.ts'
import type { MessagesFor } from '../../src/domain/delivery.ts'
import { isWhole } from '../../src/domain/notification.ts'
import type { WithheldMails } from '../../src/domain/notify.ts'
import { aLanding, emptyDatabase, engines, execute, openTestStore, rowsOf } from '../support/stores.ts'

/** Mails to the previous address, if it differs, and to the current one. */
const messagesFor: MessagesFor = ({ data: { registration, previous } }) => {
  const now = (isWhole(registration) ? registration.email : null) ?? ''
  const before = previous?.email ?? now
  return (before === now ? [now] : [before, now]).map((recipient) => ({
    ...({ receiver: 'mail', audience: 'buyer', recipient, body: '{}' } as const),
  }))
}

describe.each(engines)('mails to buyers on %s', (engine) => {
  const openStore = async () => {
    const database = await emptyDatabase(engine)
    const withheld: WithheldMails[] = []
    const store = await openTestStore(database, {
      messagesFor,
      onWithheld: (mails) => withheld.push(mails),
    })
    onTestFinished(() => store.close())
    const landed = async (license: string) =>
      (await store.registrations.recordLanding(aLanding({ customer: { licenseArn: license } }))).id
    const complete = (id: string, email: string, name = 'Ada') => {
      const contact: Contact = { email, name, company: 'Engines', phone: null }
      return store.registrations.complete(id, { contact, language: 'en', at: new Date() })
    }
    const registered = async (license: string, email: string) => {
      const id = await landed(license)
      await complete(id, email)
      return id
    }
    const mails = async () =>
      (await rowsOf(database, 'select recipient from deliveries order by created_at, id')).map(
        ({ recipient }) => recipient,
      )
    return { store, database, landed, complete, registered, mails, withheld }
  }

  it('one mailbox gets at most three mails a day, in any spelling of its address', async () => {
    const { registered, complete, mails, withheld } = await openStore()
    const id = await registered('l-1', 'ada@exämple.org')
    await complete(id, 'ada@xn--exmple-cua.org')
    const sent = (await mails()).length
    await complete(id, 'ADA@Exämple.org')
    await complete(id, 'ada@exämple.org', 'Ada L.')
    expect([sent, (await mails()).length]).toEqual([3, 3])
    expect(withheld).toMatchObject([{ registrationId: id, mails: 2 }, { mails: 2 }])
  })

  it('one registration sends at most six mails a day', async () => {
    const { registered, complete, mails, withheld } = await openStore()
    const id = await registered('l-1', 'a@example.com')
    for (const email of ['b@example.com', 'c@example.com', 'd@example.com']) await complete(id, email)
    expect(await mails()).toHaveLength(6)
    expect(await mails()).not.toContain('d@example.com')
    expect(withheld).toHaveLength(1)
  })

  it('every first registration is confirmed by mail regardless of the limit', async () => {
    const { registered, mails, withheld } = await openStore()
    for (const license of ['l-1', 'l-2', 'l-3', 'l-4']) await registered(license, 'ada@example.com')
    expect(await mails()).toHaveLength(4)
    expect(withheld).toEqual([])
  })

  it('a replaced address always gets a mail', async () => {
    const { registered, complete, mails } = await openStore()
    const id = await registered('l-1', 'ada@example.com')
    for (const license of ['l-2', 'l-3', 'l-4']) await registered(license, 'ada@example.com')
    await complete(id, 'stranger@example.com')
    expect((await mails()).sort()).toEqual([...Array<string>(5).fill('ada@example.com'), 'stranger@example.com'])
  })

  it('a withheld mail about access and a withheld mail of a resent event are reported', async () => {
    const { store, registered, mails, withheld } = await openStore()
    const id = await registered('l-1', 'ada@example.com')
    const reference = (await store.registrations.find(id))?.reference ?? ''
    for (let call = 0; call < 5; call += 1)
      await store.markReady({ reference, repeatMail: true, actor: 'api', at: new Date() })
    expect(await mails()).toHaveLength(5)
    expect(withheld).toMatchObject([{ registrationId: id, mails: 1 }])
    expect(await store.resend({ reference, receivers: ['mail'] })).toMatchObject({ ids: [] })
    expect(await mails()).toHaveLength(5)
    expect(withheld).toMatchObject([{ mails: 1 }, { registrationId: id, mails: 1 }])
  })

  it('concurrent changes send at most three mails to one mailbox', async () => {
    const { registered, complete, mails, withheld } = await openStore()
    const ids = await Promise.all(['1', '2', '3', '4', '5'].map((n) => registered(`l-${n}`, `${n}@example.com`)))
    await Promise.all(ids.map((id) => complete(id, 'ada@example.com')))
    expect((await mails()).filter((recipient) => recipient === 'ada@example.com')).toHaveLength(3)
    expect(withheld).toHaveLength(2)
  })

  it('the limit of mails starts again the next day', async () => {
    const { database, registered, complete, mails } = await openStore()
    const id = await registered('l-1', 'ada@example.com')
    for (const name of ['B', 'C', 'D']) await complete(id, 'ada@example.com', name)
    expect(await mails()).toHaveLength(3)
    const yesterday = new Date(Date.now() - 25 * 60 * 60_000).toISOString()
    await execute(database, `update deliveries set created_at = '${yesterday}'`)
    await complete(id, 'ada@example.com', 'E')
    expect(await mails()).toHaveLength(4)
  })

  it('two registrations can swap their addresses at the same time without a deadlock', async () => {
    const { database, landed, complete } = await openStore()
    const [one, other] = [await landed('l-1'), await landed('l-2')]
    let [a, b] = ['a@example.com', 'b@example.com']
    await Promise.all([complete(one, a), complete(other, b)])
    for (let i = 0; i < 20; i += 1) {
      ;[a, b] = [b, a]
      // A registration can be changed ten times a day at most.
      await execute(database, `update events set occurred_at = '2026-01-01T00:00:00Z'`)
      const swapped = await Promise.all([complete(one, a), complete(other, b)])
      expect(swapped.map((sent) => sent?.type)).toEqual(['registration.changed', 'registration.changed'])
    }
  })
})
