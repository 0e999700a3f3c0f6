import { setTimeout as pause } from 'node:timers/promises'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import session, { type SessionData } from 'express-session'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
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

const visitor = {
  id: 'r-1',
  reference: 'R-1',
  productCode: 'p',
  awsAccountId: '1',
  licenseArn: null,
  customerIdentifier: null,
}
const data: SessionData = Object.assign({ cookie: new session.Cookie() }, { visitor })

describe.each(engines)('sessions on %s', (engine) => {
  let database: DatabaseUrl
  let clock: ReturnType<typeof aClock>
  let store: TestStore
  let registrationId: string
  const opened: TestStore[] = []

  beforeEach(async () => {
    database = await emptyDatabase(engine)
    clock = aClock(() => database)
    store = await openTestStore(database, { now: clock.now })
    opened.push(store)
    registrationId = (await store.registrations.recordLanding(aLanding())).id
  })
  afterAll(() => Promise.all(opened.map(({ close }) => close())))

  const get = (id: string) => sessionsOf(store).get(id)
  const insert = (id: string) => sessionsOf(store).insert(id, registrationId, data)
  const set = (id: string, value: SessionData) => sessionsOf(store).set(id, value)
  /** A touch is not awaited, so a test that expects no effect waits a short time. */
  const touch = async (id: string) => {
    await sessionsOf(store).touch(id, data)
    await pause(50)
  }
  const destroy = (id: string) => sessionsOf(store).destroy(id)
  /** In minutes. */
  const left = async () => {
    const [row] = await rowsOf(database, 'select expires_at from sessions')
    return row ? clock.until(row['expires_at']) : null
  }

  it('every instance reads a saved session', async () => {
    await insert('sid-1')
    const other = await openTestStore(database, { now: clock.now })
    opened.push(other)
    expect(await sessionsOf(other).get('sid-1')).toMatchObject({ visitor })
    expect(await get('sid-2')).toBeNull()
  })

  it('a save replaces the session', async () => {
    await insert('sid-1')
    await set('sid-1', Object.assign({ cookie: new session.Cookie() }, { visitor: { ...visitor, id: 'r-2' } }))
    expect(await get('sid-1')).toMatchObject({ visitor: { id: 'r-2' } })
    expect(await rowsOf(database, 'select * from sessions')).toHaveLength(1)
  })

  it('stores the SHA-256 of the session id and never the id', async () => {
    const id = 'a-secret-session-id'
    await insert(id)
    const rows = await rowsOf(database, 'select * from sessions')
    expect(rows).toMatchObject([
      { id_hash: createHash('sha256').update(id).digest('hex'), registration_id: registrationId },
    ])
    expect(JSON.stringify(rows)).not.toContain(id)
    if (database.engine === 'sqlite') {
      const folder = dirname(database.path)
      const bytes = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'latin1'))
      expect(bytes.join('')).not.toContain(id)
    }
  })

  it('an expired session is not read, even if its row still exists', async () => {
    await insert('sid-1')
    await clock.elapse(59.9)
    expect(await get('sid-1')).not.toBeNull()
    await clock.elapse(0.1)
    expect(await get('sid-1')).toBeNull()
    expect(await rowsOf(database, 'select * from sessions')).toHaveLength(1)
  })

  it('a session lasts from its last use', async () => {
    await insert('sid-1')
    await clock.elapse(59)
    await touch('sid-1')
    await vi.waitFor(async () => {
      expect(await left()).toBe(60)
    }, 30_000)
    await clock.elapse(59)
    expect(await get('sid-1')).not.toBeNull()
    await clock.elapse(1)
    expect(await get('sid-1')).toBeNull()
  })

  it('a session lasts at most 12 hours, even if it is used', async () => {
    await insert('sid-1')
    for (let used = 0; used < 10 * 60; used += 55) {
      await clock.elapse(55)
      await touch('sid-1')
      await vi.waitFor(async () => {
        expect(await left()).toBe(60)
      }, 30_000)
    }
    await clock.elapse(59)
    await touch('sid-1')
    await vi.waitFor(async () => {
      expect(await left()).toBe(56)
    }, 30_000)
    await clock.elapse(55)
    await touch('sid-1')
    await set('sid-1', data)
    expect(await left()).toBe(1)
    await clock.elapse(1)
    expect(await get('sid-1')).toBeNull()
  })

  it('a session of one minute is extended, too', async () => {
    const brief = await openTestStore(database, { now: clock.now, sessionMinutes: 1 })
    opened.push(brief)
    await sessionsOf(brief).insert('sid-1', registrationId, data)
    await clock.elapse(0.5)
    await sessionsOf(brief).touch('sid-1', data)
    await pause(500)
    await clock.elapse(0.75)
    expect(await get('sid-1')).not.toBeNull()
    await clock.elapse(0.5)
    expect(await get('sid-1')).toBeNull()
  })

  it('a session is extended at most once a minute', async () => {
    await insert('sid-1')
    await clock.elapse(0.9)
    await touch('sid-1')
    await clock.elapse(29.1)
    expect(await left()).toBe(30)
    await touch('sid-1')
    await vi.waitFor(async () => {
      expect(await left()).toBe(60)
    }, 30_000)
  })

  it('a late save does not restore a destroyed session', async () => {
    await insert('sid-1')
    await destroy('sid-1')
    await set('sid-1', data)
    expect(await get('sid-1')).toBeNull()
    await set('sid-2', data)
    expect(await rowsOf(database, 'select * from sessions')).toEqual([])
  })

  it('use does not restore an expired or destroyed session', async () => {
    await insert('sid-1')
    await clock.elapse(60)
    await touch('sid-1')
    expect(await get('sid-1')).toBeNull()
    await destroy('sid-1')
    await touch('sid-1')
    expect(await get('sid-1')).toBeNull()
    expect(await rowsOf(database, 'select * from sessions')).toEqual([])
  })
})
