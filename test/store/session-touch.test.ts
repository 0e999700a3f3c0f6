import { DatabaseSync } from 'node:sqlite'
import session, { type SessionData } from 'express-session'
import pg from 'pg'
import { expect, inject, it, vi } from 'vitest'
import type { DatabaseUrl } from '../../src/config/database-url.ts'
import { createDatabase } from '../support/postgres.ts'
import { aClock, aLanding, emptyDatabase, openTestStore, rowsOf, sessionsOf } from '../support/stores.ts'

/** Extends a session that is due to be extended, while another connection holds up every write. */
async function touchWhile(database: DatabaseUrl, holdWrites: () => Promise<() => Promise<void>>) {
  const clock = aClock(() => database)
  const store = await openTestStore(database, { now: clock.now, deadlineMs: 20_000, connectTimeoutMs: 20_000 })
  const { id } = await store.registrations.recordLanding(aLanding())
  const data: SessionData = Object.assign(
    { cookie: new session.Cookie() },
    { visitor: { ...aLanding().customer, id, reference: 'R' } },
  )
  await sessionsOf(store).insert('sid', id, data)
  await clock.elapse(5)
  const left = async () => clock.until((await rowsOf(database, 'select expires_at from sessions'))[0]?.['expires_at'])
  const release = await holdWrites()
  // Rejects after the store's deadline if it waits for the write.
  await sessionsOf(store).touch('sid', data)
  expect(await left()).toBe(55)
  await release()
  await vi.waitFor(async () => {
    expect(await left()).toBe(60)
  })
  await store.close()
}

it('a page on SQLite does not wait for the extension of its session', async () => {
  const database = await emptyDatabase('sqlite')
  await touchWhile(database, () => {
    const other = new DatabaseSync(database.engine === 'sqlite' ? database.path : '')
    other.exec('begin immediate')
    return Promise.resolve(() => {
      other.close()
      return Promise.resolve()
    })
  })
})

it('a page on PostgreSQL does not wait for the extension of its session', async () => {
  const url = await createDatabase(inject('postgresUrl'))
  await touchWhile({ engine: 'postgres', url }, async () => {
    const other = new pg.Client({ connectionString: url })
    await other.connect()
    await other.query('begin; lock table sessions in share mode')
    return () => other.end()
  })
})
