import { sql } from 'kysely'
import { migrate } from '../../src/store/migrate.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { createStore } from '../../src/store/store.ts'
import { emptyDatabase, testServices } from './stores.ts'

/** A store on a new SQLite file with a limit of pages, beyond which the disk counts as full. */
export async function limitedDisk() {
  const database = await emptyDatabase('sqlite')
  if (database.engine !== 'sqlite') throw new Error('not this engine')
  const now = () => new Date()
  const opened = openSqlite({ path: database.path, access: 'read-write', deadlineMs: 20_000, now })
  await migrate(opened, now)
  const store = createStore(opened, { deadlineMs: 20_000, sessionMinutes: 60, now, instance: 'test' })
  const limitPages = (pages: number) => sql`pragma max_page_count = ${sql.lit(pages)}`.execute(opened.db)
  return { database, store: { ...store, ...testServices(store) }, limitPages }
}
