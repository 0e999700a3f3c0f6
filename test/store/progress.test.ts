import type { SessionData } from 'express-session'
import session from 'express-session'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { MessagesFor } from '../../src/domain/delivery.ts'
import { isWhole } from '../../src/domain/notification.ts'
import { aLanding, emptyDatabase, engines, execute, openTestStore, sessionsOf } from '../support/stores.ts'

const messagesFor: MessagesFor = ({ type, data: { registration } }) =>
  type === 'registration.completed' && isWhole(registration)
    ? [{ receiver: 'mail', audience: 'buyer', recipient: registration.email, body: '{}' }]
    : []

describe.each(engines)('the progress of a registration on %s', (engine) => {
  async function registered() {
    const database = await emptyDatabase(engine)
    const store = await openTestStore(database, { messagesFor })
    onTestFinished(() => store.close())
    const { id, reference } = await store.registrations.recordLanding(aLanding())
    const complete = async (email: string) => {
      const contact = { email, name: 'Ada', company: 'Engines', phone: null }
      await store.registrations.complete(id, { contact, language: 'en', at: new Date() })
    }
    await complete('ada@example.com')
    const progress = async () => {
      const registration = await store.registrations.find(id)
      if (registration === null) throw new Error('no registration')
      return store.progressOf(registration)
    }
    return { database, store, id, reference, complete, progress }
  }

  it('the progress shows whether a mail to the stored address was written', async () => {
    const { database, complete, progress } = await registered()
    expect(await progress()).toEqual({ isMailed: true, connectedAt: null })
    await complete('grace@example.com')
    expect(await progress()).toMatchObject({ isMailed: false })
    await complete('ada@example.com')
    expect(await progress()).toMatchObject({ isMailed: true })
    await execute(database, 'update deliveries set dead_at = created_at')
    expect(await progress()).toMatchObject({ isMailed: false })
  })

  it('the progress shows when a code was redeemed until the registration is erased, even after the code is deleted', async () => {
    const { database, store, id, reference, progress } = await registered()
    await sessionsOf(store).insert('first', id, { cookie: new session.Cookie() } as SessionData)
    const redeemed = async () => store.handoff.redeem(await store.handoff.issue(id, 'first'))
    expect(await redeemed()).toMatchObject({ outcome: 'redeemed' })
    expect((await progress()).connectedAt).toBeInstanceOf(Date)
    expect(await redeemed()).toMatchObject({ outcome: 'redeemed' })
    await execute(database, 'delete from handoff_codes')
    const { connectedAt } = await progress()
    expect(Math.abs(Date.now() - (connectedAt?.getTime() ?? 0))).toBeLessThan(60_000)
    await store.erase({ reference, actor: 'cli', at: new Date() })
    expect(await progress()).toEqual({ isMailed: false, connectedAt: null })
  })

  it('the progress does not count a rejected code', async () => {
    const { store, id, progress } = await registered()
    await store.handoff.issue(id, 'a session that never began')
    expect(await store.handoff.redeem('x')).toMatchObject({ outcome: 'refused' })
    expect((await progress()).connectedAt).toBeNull()
  })
})
