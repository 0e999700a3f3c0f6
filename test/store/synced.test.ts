import { DatabaseSync } from 'node:sqlite'
import { expect, it, onTestFinished, vi } from 'vitest'
import { aLanding, emptyDatabase, openTestStore } from '../support/stores.ts'

/** Each commit in the journal is synced to the disk before it returns. Source: https://www.sqlite.org/pragma.html#pragma_synchronous */
const full = 2

// A kill -9 would not show this, because the operating system keeps written data. Only a power failure would.
it('SQLite confirms a landing, a registration and a session only when they are on disk', async () => {
  const prepare = vi.spyOn(DatabaseSync.prototype, 'prepare')
  const store = await openTestStore(await emptyDatabase('sqlite'))
  onTestFinished(async () => {
    vi.restoreAllMocks()
    await store.close()
  })
  prepare.mockClear()
  const { id } = await store.registrations.recordLanding(aLanding())
  const contact = { email: 'ada@example.com', name: 'Ada', company: 'Engines', phone: null }
  await store.registrations.complete(id, { contact, language: 'en', at: new Date() })
  await new Promise((done) => {
    store.sessions.destroy('sid', done)
  })

  const writes = prepare.mock.calls.flatMap(([sql], i) =>
    /^(insert|update|delete)/.test(sql) ? [prepare.mock.contexts[i] as DatabaseSync] : [],
  )
  expect(writes.length).toBeGreaterThan(3)
  for (const connection of new Set(writes))
    expect(connection.prepare('pragma synchronous').get()).toEqual({ synchronous: full })
})
