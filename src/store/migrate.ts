import type { Database } from './database.ts'
import { registrations } from './migrations/0001-registrations.ts'
import { redemptions } from './migrations/0002-redemptions.ts'
import { events } from './migrations/0003-events.ts'
import { sessionEnd } from './migrations/0004-session-end.ts'
import { handoff } from './migrations/0005-handoff.ts'
import { deliveriesPending } from './migrations/0006-deliveries-pending.ts'
import { subscriptions } from './migrations/0007-subscriptions.ts'
import type { Migration } from './migrations/migration.ts'

const migrations: readonly Migration[] = [
  ...[registrations, redemptions, events, sessionEnd, handoff, deliveriesPending],
  ...[subscriptions],
]

/**
 * Brings the database up to date, in one transaction and once, however many tasks start together. Names that it does not know
 * are left alone, so that an earlier release still starts.
 */
export async function migrate({ db, timestamp, lock }: Database, now: () => Date): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await lock(transaction, 'migrations')
    await transaction.schema
      .createTable('migrations')
      .ifNotExists()
      .addColumn('name', 'text', (column) => column.primaryKey().notNull())
      .addColumn('applied_at', timestamp, (column) => column.notNull())
      .execute()
    const missing = await missingMigrations(transaction)
    for (const { name, up } of migrations.filter((migration) => missing.includes(migration.name))) {
      await up(transaction, timestamp)
      await transaction.insertInto('migrations').values({ name, applied_at: now() }).execute()
    }
  })
}

/** The names of this release's migrations that the database does not have. Rejects where the table `migrations` is not there. */
export async function missingMigrations(db: Database['db']): Promise<readonly string[]> {
  const rows = await db.selectFrom('migrations').select('name').execute()
  const applied = new Set(rows.map(({ name }) => name))
  return migrations.map(({ name }) => name).filter((name) => !applied.has(name))
}
