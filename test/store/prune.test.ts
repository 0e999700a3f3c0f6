import { setTimeout as delay } from 'node:timers/promises'
import session, { type SessionData } from 'express-session'
import pg from 'pg'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import type { DatabaseUrl } from '../../src/config/database-url.ts'
import {
  aClock,
  aLanding,
  emptyDatabase,
  engines,
  openTestStore,
  rowsOf,
  sessionsOf,
  type TestStore,
} from '../support/stores.ts'

describe.each(engines)('housekeeping on %s', (engine) => {
  let database: DatabaseUrl
  let clock: ReturnType<typeof aClock>
  const opened: TestStore[] = []

  beforeEach(async () => {
    database = await emptyDatabase(engine)
    clock = aClock(() => database)
  })
  afterAll(() => Promise.all(opened.map(({ close }) => close())))

  async function open(): Promise<TestStore> {
    // Everything at once, on a machine that may be busy.
    const patient = { connectTimeoutMs: 20_000, deadlineMs: 20_000 }
    const store = await openTestStore(database, { now: clock.now, ...patient })
    opened.push(store)
    return store
  }
  const insert = (store: TestStore, sessionId: string, registrationId: string) =>
    sessionsOf(store).insert(sessionId, registrationId, { cookie: new session.Cookie() } as SessionData)
  const count = async (table: string) =>
    Number((await rowsOf(database, `select count(*) as n from ${table}`))[0]?.['n'])

  it('pruning deletes expired sessions and token hashes older than 15 minutes, but no registration', async () => {
    const store = await open()
    const { id } = await store.registrations.recordLanding(aLanding({ tokenHash: 'old' }))
    await insert(store, 'old', id)
    await clock.elapse(46.1)
    await insert(store, 'young', id)
    await store.registrations.recordLanding(aLanding({ tokenHash: 'edge', at: clock.now() }))
    await clock.elapse(14.8)
    await store.registrations.recordLanding(aLanding({ tokenHash: 'young', at: clock.now() }))
    await clock.elapse(0.1)
    expect(await store.prune()).toEqual({ sessions: 1, consoleSessions: 0, tokens: 1, codes: 0 })
    expect(
      (await rowsOf(database, 'select token_hash from tokens order by token_hash')).map((row) => row['token_hash']),
    ).toEqual(['edge', 'young'])
    expect(await count('sessions')).toBe(1)
    await clock.elapse(365 * 24 * 60)
    expect(await store.prune()).toEqual({ sessions: 1, consoleSessions: 0, tokens: 2, codes: 0 })
    expect(await count('registrations')).toBe(1)
  })

  it('pruning is a measured operation, so that a dead database is seen without a buyer', async () => {
    const measured: string[] = []
    const store = await openTestStore(database, {
      onOperation: (name, _, result) => measured.push(`${name} ${result}`),
    })
    opened.push(store)
    await store.prune()
    expect(new Set(measured)).toEqual(new Set(['prune ok']))
  })

  if (engine === 'postgres')
    it('pruning keeps rows that another instance renews at the same time', async () => {
      const store = await open()
      const { id } = await store.registrations.recordLanding(aLanding())
      await insert(store, 'sid', id)
      await clock.elapse(61)
      const other = new pg.Client({ connectionString: database.engine === 'postgres' ? database.url : '' })
      await other.connect()
      await other.query(
        "begin; update sessions set expires_at = '2027-01-01'; update tokens set resolved_at = '2027-01-01'",
      )
      const pruning = store.prune()
      await delay(300)
      await other.query('commit')
      await other.end()
      expect(await pruning).toEqual({ sessions: 0, consoleSessions: 0, tokens: 0, codes: 0 })
      expect([await count('sessions'), await count('tokens')]).toEqual([1, 1])
    })

  it('pruning runs in batches, in several instances at once, while buyers land', { timeout: 60_000 }, async () => {
    const stores = [await open(), await open()] as const
    const { id } = await stores[0].registrations.recordLanding(
      aLanding({ customer: { licenseArn: 'l-0', awsAccountId: 'account 0' } }),
    )
    await Promise.all(Array.from({ length: 1_200 }, (_, i) => insert(stores[0], `old-${String(i)}`, id)))
    await clock.elapse(61)
    const landings = Array.from({ length: 50 }, (_, i) =>
      stores[1].registrations.recordLanding(
        aLanding({ customer: { licenseArn: `l-${String(i)}`, awsAccountId: `account ${String(i)}` }, at: clock.now() }),
      ),
    )
    const pruned = await Promise.all(stores.map(({ prune }) => prune()))
    await Promise.all(landings)
    expect(pruned.reduce((sum, { sessions }) => sum + sessions, 0)).toBe(1_200)
    expect(await count('sessions')).toBe(0)
    expect(await count('registrations')).toBe(50)
  })
})
