import { sql } from 'kysely'
import type { Database } from './database.ts'
import { initial } from './migrations/0001-initial.ts'
import type { Migration } from './migrations/migration.ts'

const migrations: readonly Migration[] = [initial]

/**
 * Migrates the database in one transaction. Instances that start together wait for each other. Migrations of a newer release are
 * ignored, so that this release still starts on a newer schema.
 */
export async function migrate({ db, types, lock }: Database, now: () => Date): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const run = (statement: string) => sql.raw(statement).execute(transaction)
    await lock(transaction, 'migrations')
    await run(
      `create table if not exists migrations (name text primary key not null, applied_at ${types.timestamp} not null)`,
    )
    const missing = await missingMigrations(transaction)
    for (const { name, statements } of migrations.filter((migration) => missing.includes(migration.name))) {
      for (const statement of statements(types)) await run(statement)
      await transaction.insertInto('migrations').values({ name, applied_at: now() }).execute()
    }
  })
}

/** The names of this release's migrations that were not applied. Rejects if the table `migrations` does not exist. */
export async function missingMigrations(db: Database['db']): Promise<readonly string[]> {
  const rows = await db.selectFrom('migrations').select('name').execute()
  const applied = new Set(rows.map(({ name }) => name))
  return migrations.map(({ name }) => name).filter((name) => !applied.has(name))
}
