import { hash, randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import type { DatabaseUrl } from '../../src/config/database-url.ts'
import type { Store } from '../../src/store/store.ts'
import { asPreviousRelease, previous, type Statement } from '../support/previous-release.ts'
import { aLanding, emptyDatabase, engines, openTestStore, rowsOf, sessionsOf } from '../support/stores.ts'

const product = 'product-1'
const account = '012345678901'
const license = 'arn:aws:license-manager::294406891311:license:l-1'
const ada = { email: 'ada@example.com', name: 'Ada', company: 'Engines', phone: '+44 20 7946 0000' }
const cookie = { originalMaxAge: null, httpOnly: true, path: '/', sameSite: 'lax', secure: true }

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000)
const hashOf = (sid: string) => hash('sha256', sid)

/** A rolling upgrade, and a rollback: today's code has migrated the database, and tasks of the release before still write. */
describe.each(engines)('the release before this one, on the database of this one, on %s', (engine) => {
  let database: DatabaseUrl
  beforeEach(async () => {
    database = await emptyDatabase(engine)
    await today(() => Promise.resolve())
  })

  /** A task of this release, by itself: SQLite's file is one process's at a time. */
  async function today<T>(work: (store: Store) => Promise<T>): Promise<T> {
    const store = await openTestStore(database)
    return work(store).finally(store.close)
  }

  const run = (...statements: readonly Statement[]) => asPreviousRelease(database, statements)
  const affected = async (...statements: readonly Statement[]) =>
    (await run(...statements)).map((answer) => answer.affected)

  const sessionData = (id: string) => JSON.stringify({ cookie, visitor: { id, productCode: product } })

  /** Its transaction for a buyer who was never here. */
  async function firstLanding(given: { licenseArn?: string | null; token?: string; at?: Date } = {}): Promise<string> {
    const { licenseArn = license, token = 'token-1', at = new Date() } = given
    const id = randomUUID()
    const row = [id, id.slice(0, 13), product, account, licenseArn, null, 'free-trial', null, null, at, at, at] as const
    const counts = await affected(
      [previous.firstLanding, ...row, product, account, token],
      [previous.token, token, at, id],
      [previous.firstSession, hashOf(`sid ${id}`), sessionData(id), new Date(at.getTime() + 3_600_000), id],
    )
    expect(counts).toEqual([1, 1, 1])
    return id
  }

  it('starts, and finds its own migration there', async () => {
    const [create, select] = previous.start
    const [, names] = await run([create], [select])
    expect(names?.rows.map(({ name }) => name)).toContain('0001-registrations')
  })

  it('lands a buyer, whom this release knows by id, token, license and session', async () => {
    const id = await firstLanding()
    await today(async (store) => {
      expect(await store.registrations.find(id)).toMatchObject({
        ...{ id, status: 'landed', productCode: product, awsAccountId: account, licenseArn: license },
        ...{ offerType: 'free-trial', contact: null, registeredAt: null },
      })
      expect((await store.registrations.landAgain('token-1', ago(15), new Date()))?.id).toBe(id)
      expect((await store.registrations.recordLanding(aLanding({ at: new Date() }))).id).toBe(id)
      expect(await sessionsOf(store).get(`sid ${id}`)).toMatchObject({ visitor: { id } })
    })
  })

  it('lands a buyer of this release again', async () => {
    const { id } = await today(({ registrations }) =>
      registrations.recordLanding(aLanding({ tokenHash: 'token-1', at: ago(1) })),
    )
    const at = new Date()
    const row = [randomUUID(), 'another', product, account, license, null, null, null, null, at, at, at] as const
    const [first, second, found, again] = await run(
      [previous.firstLanding, ...row, product, account, 'token-2'],
      [previous.landing, ...row],
      [previous.candidates, license, product, account, 'token-1', ago(15)],
      [previous.landAgain, at, 'token-1', ago(15)],
    )
    expect([first?.affected, second?.affected]).toEqual([0, 0])
    expect(found?.rows.map((row) => [row['id'], row['by_token']])).toEqual([
      [id, 0],
      [id, 1],
    ])
    expect(again?.rows).toMatchObject([{ id, license_arn: license }])
    expect(await today(({ registrations }) => registrations.find(id))).toMatchObject({ lastLandedAt: at })
  })

  it('lands a second license of the same account as another registration', async () => {
    const first = await firstLanding()
    const at = new Date()
    const row = [randomUUID(), 'second', product, account, `${license}2`, null, null, null, null, at, at, at] as const
    const [inserted, token] = await run([previous.landing, ...row], [previous.token, 'token-2', at, row[0]])
    expect([inserted?.rows.length, token?.affected]).toEqual([1, 1])
    await today(async ({ registrations }) => {
      expect((await registrations.find(row[0]))?.licenseArn).toBe(`${license}2`)
      expect((await registrations.find(first))?.licenseArn).toBe(license)
    })
  })

  it('fills a license that comes late, once', async () => {
    const id = await firstLanding({ licenseArn: null })
    const at = new Date()
    const filled = [previous.lateLicense, license, null, 'other', 'agmt-1', null, at, at, id, ''] as const
    expect(await affected(filled, [previous.token, 'token-2', at, id], filled)).toEqual([1, 1, 0])
    expect(await today(({ registrations }) => registrations.find(id))).toMatchObject({
      ...{ licenseArn: license, offerType: 'free-trial', claimedAgreementId: 'agmt-1', updatedAt: at },
    })
  })

  it('registers a buyer, whose details this release changes, and the other way round', async () => {
    const id = await firstLanding()
    const at = new Date()
    const complete = (phone: string | null, name = ada.name) =>
      [previous.complete, 'registered', ada.email, name, ada.company, phone, 'de', at, at, id] as const
    const [registered] = await run(complete(ada.phone))
    expect(registered?.rows).toMatchObject([{ id, status: 'registered', phone: ada.phone }])
    await today(async ({ registrations }) => {
      expect(await registrations.find(id)).toMatchObject({ status: 'registered', contact: ada, language: 'de' })
      const sent = await registrations.complete(id, {
        contact: { ...ada, phone: null },
        language: 'en',
        at: new Date(),
      })
      expect(sent).toMatchObject({ type: 'registration.changed', previous: ada })
    })
    const [changed] = await run(complete(null, 'Grace'))
    expect(changed?.rows).toMatchObject([{ id, name: 'Grace', phone: null }])
    expect(await today(({ registrations }) => registrations.find(id))).toMatchObject({
      contact: { ...ada, name: 'Grace', phone: null },
      registeredAt: at,
    })
  })

  it('saves, extends, reads and ends sessions, its own and those of this release', async () => {
    const hourLater = new Date(Date.now() + 3_600_000)
    expect(await affected([previous.saveSession, hashOf('old'), sessionData('a'), ago(-10)])).toEqual([1])
    await today(async (store) => {
      const sessions = sessionsOf(store)
      const data = await sessions.get('old')
      if (!data) return expect.fail('no session')
      expect(data).toMatchObject({ visitor: { id: 'a' } })
      await sessions.touch('old', data)
      await sessions.set('new', { ...data, typed: 'registered' })
      await sessions.set('new', data)
    })
    const ends = await rowsOf(database, 'select ends_at from sessions where ends_at is not null')
    expect(ends).toHaveLength(2)
    const twoHoursLater = new Date(Date.now() + 7_200_000)
    const touch = (sid: string) => [previous.touchSession, hourLater, hashOf(sid), new Date(), twoHoursLater] as const
    const [read, ...written] = await run(
      [previous.readSession, hashOf('new'), new Date()],
      touch('new'),
      [previous.saveSession, hashOf('new'), sessionData('b'), hourLater],
      [previous.destroySession, hashOf('old')],
    )
    expect(JSON.parse(String(read?.rows[0]?.['data']))).toMatchObject({ visitor: { id: 'a' } })
    expect(written.map((answer) => answer.affected)).toEqual([1, 1, 1])
    await today(async (store) => {
      expect(await sessionsOf(store).get('new')).toMatchObject({ visitor: { id: 'b' } })
      expect(await sessionsOf(store).get('old')).toBeNull()
    })
  })

  it('prunes what has expired, whoever wrote it, and nothing else', async () => {
    const id = await firstLanding({ token: 'old', at: ago(90) })
    await today(async (store) => {
      await store.registrations.recordLanding(aLanding({ tokenHash: 'new', at: new Date() }))
      await store.registrations.complete(id, { contact: ada, language: 'en', at: new Date() })
    })
    const [now, until] = [new Date(), ago(15)]
    expect(await affected([previous.pruneSessions, now, now, 500], [previous.pruneTokens, until, until, 500])).toEqual([
      1, 1,
    ])
    expect(await rowsOf(database, 'select token_hash from tokens')).toEqual([{ token_hash: 'new' }])
    expect(await rowsOf(database, 'select type from events')).toEqual([{ type: 'registration.completed' }])
    expect(await today(({ registrations }) => registrations.find(id))).toMatchObject({ contact: ada })
  })
})
