import session, { type SessionData } from 'express-session'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import type { VisitOf } from '../../src/domain/ports.ts'
import type { Registration } from '../../src/domain/registration.ts'
import type { Store } from '../../src/store/store.ts'
import type { DatabaseUrl } from '../../src/config/database-url.ts'
import {
  aLanding,
  emptyDatabase,
  engines,
  openTestStore,
  registrationRows,
  rowsOf,
  sessionsOf,
} from '../support/stores.ts'

const customerOf = ({ id, reference, productCode, awsAccountId, licenseArn, customerIdentifier }: Registration) => ({
  id,
  reference,
  productCode,
  awsAccountId,
  licenseArn,
  customerIdentifier,
})

/** A request's new session, and how it is stored with a landing. */
function aVisit(id: string) {
  const data = { cookie: new session.Cookie() } as SessionData
  const visitOf: VisitOf = (registration) => ({ id, session: data, visitor: customerOf(registration) })
  const signedIn = (registration: Registration) => Object.assign(data, { visitor: customerOf(registration) })
  return { visitOf, signedIn }
}

describe.each(engines)('a visit on %s', (engine) => {
  let database: DatabaseUrl
  let store: Store
  const opened: Store[] = []

  beforeEach(async () => {
    database = await emptyDatabase(engine)
    store = await openTestStore(database)
    opened.push(store)
  })
  afterAll(() => Promise.all(opened.map(({ close }) => close())))

  const get = (id: string) => sessionsOf(store).get(id)

  it('is stored with the first landing, for the registration that was made', async () => {
    const registration = await store.registrations.recordLanding(aLanding(), aVisit('sid').visitOf)
    expect(await get('sid')).toMatchObject({ visitor: customerOf(registration) })
    expect(await registrationRows(database)).toHaveLength(1)
  })

  it('is stored with a later landing, for the registration that was there', async () => {
    const first = await store.registrations.recordLanding(aLanding())
    const second = await store.registrations.recordLanding(aLanding(), aVisit('sid').visitOf)
    expect(second.id).toBe(first.id)
    expect(await get('sid')).toMatchObject({ visitor: customerOf(first) })
    expect(await rowsOf(database, 'select * from sessions')).toHaveLength(1)
  })

  it('is stored with the license that this landing brought', async () => {
    await store.registrations.recordLanding(aLanding({ customer: { licenseArn: null } }))
    await store.registrations.recordLanding(aLanding({ customer: { licenseArn: 'l-1' } }), aVisit('sid').visitOf)
    expect(await get('sid')).toMatchObject({ visitor: { licenseArn: 'l-1' } })
  })

  it('is stored together with the landing or not at all', async () => {
    await store.registrations.recordLanding(aLanding(), aVisit('taken').visitOf)
    const other = aLanding({ customer: { licenseArn: 'l-2' } })
    await expect(store.registrations.recordLanding(other, aVisit('taken').visitOf)).rejects.toMatchObject({
      code: 'internal',
    })
    expect(await registrationRows(database)).toHaveLength(1)
    expect(await rowsOf(database, 'select * from tokens')).toHaveLength(1)
    const again = await store.registrations.recordLanding(other, aVisit('free').visitOf)
    expect(await get('free')).toMatchObject({ visitor: { id: again.id } })
  })

  it('is not written a second time when the session is saved as it was stored', async () => {
    const { visitOf, signedIn } = aVisit('sid')
    const registration = await store.registrations.recordLanding(aLanding(), visitOf)
    await sessionsOf(store).destroy('sid')
    await sessionsOf(store).set('sid', signedIn(registration))
    expect(await get('sid')).toBeNull()
  })

  it('is written when the session is saved with anything else in it, or was not stored', async () => {
    const { visitOf, signedIn } = aVisit('sid')
    const registration = await store.registrations.recordLanding(aLanding(), visitOf)
    await sessionsOf(store).set('sid', signedIn({ ...registration, reference: 'R-2' }))
    expect(await get('sid')).toMatchObject({ visitor: { reference: 'R-2' } })
    await sessionsOf(store).set('sid-2', aVisit('sid-2').signedIn(registration))
    expect(await get('sid-2')).toMatchObject({ visitor: { id: registration.id } })
  })

  it('may be none', async () => {
    await store.registrations.recordLanding(aLanding(), () => null)
    await store.registrations.recordLanding(aLanding(), () => null)
    expect(await registrationRows(database)).toHaveLength(1)
    expect(await rowsOf(database, 'select * from sessions')).toEqual([])
  })
})
