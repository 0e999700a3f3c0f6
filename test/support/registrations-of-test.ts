import { afterEach, beforeEach, expect } from 'vitest'
import type { DatabaseUrl } from '../../src/config/database-url.ts'
import { aLanding, emptyDatabase, openTestStore, registrationRows, type Engine, type TestStore } from './stores.ts'

/** A new database and store for each test. The functions return those of the current test. */
export function registrationsOfTest(engine: Engine) {
  let current: { readonly database: DatabaseUrl; readonly store: TestStore } | null = null
  const opened = () => current ?? expect.fail('only a test has a store')

  beforeEach(async () => {
    const database = await emptyDatabase(engine)
    current = { database, store: await openTestStore(database) }
  })
  afterEach(() => opened().store.close())

  return {
    database: () => opened().database,
    registrations: () => opened().store.registrations,
    land: (landing: Parameters<typeof aLanding>[0] = {}) =>
      opened().store.registrations.recordLanding(aLanding(landing)),
    rows: () => registrationRows(opened().database),
  }
}
