import { sql, type Compilable, type Kysely } from 'kysely'
import type { Engine, Run } from './engine.ts'
import { prepare, statement } from './prepare.ts'
import type { Tables } from './schema.ts'

type Migration = {
  readonly name: string
  readonly steps: (db: Kysely<Tables>, timestamp: Engine['timestamp']) => readonly Compilable[]
}

/**
 * Brings the database up to date, in one transaction and once, however many tasks start together. Names it does not know are
 * left alone, so that going back to an earlier release still starts: a migration may only add, never change what was there.
 */
export async function migrate({ builder, timestamp, transaction, lock }: Engine, now: () => Date): Promise<void> {
  await transaction(async (run) => {
    if (lock) await run(lock('migrations'))
    const applied = await appliedMigrations(run, builder, timestamp)
    for (const { name, steps } of migrations.filter((migration) => !applied.has(migration.name))) {
      for (const step of steps(builder, timestamp)) await run(statement(step))
      await run(statement(builder.insertInto('migrations').values({ name, applied_at: now() })))
    }
  })
}

async function appliedMigrations(
  run: Run,
  builder: Kysely<Tables>,
  timestamp: Engine['timestamp'],
): Promise<ReadonlySet<string>> {
  const table = builder.schema
    .createTable('migrations')
    .ifNotExists()
    .addColumn('name', 'text', (column) => column.primaryKey().notNull())
    .addColumn('applied_at', timestamp, (column) => column.notNull())
  await run(statement(table))
  const { rows } = await prepare(() => builder.selectFrom('migrations').select('name'))(run, {})
  return new Set(rows.map(({ name }) => name))
}

const migrations: readonly Migration[] = [
  {
    name: '0001-registrations',
    steps: (db, timestamp) => [
      db.schema
        .createTable('registrations')
        .addColumn('id', 'text', (column) => column.primaryKey().notNull())
        .addColumn('reference', 'text', (column) => column.notNull().unique())
        .addColumn('status', 'text', (column) => column.notNull().check(sql`status in ('landed', 'registered')`))
        .addColumn('product_code', 'text', (column) => column.notNull())
        .addColumn('aws_account_id', 'text', (column) => column.notNull())
        .addColumn('license_arn', 'text')
        .addColumn('customer_identifier', 'text')
        .addColumn('offer_type', 'text')
        .addColumn('claimed_agreement_id', 'text')
        .addColumn('claimed_product_id', 'text')
        .addColumn('email', 'text')
        .addColumn('name', 'text')
        .addColumn('company', 'text')
        .addColumn('phone', 'text')
        .addColumn('language', 'text')
        .addColumn('landed_at', timestamp, (column) => column.notNull())
        .addColumn('last_landed_at', timestamp, (column) => column.notNull())
        .addColumn('registered_at', timestamp)
        .addColumn('updated_at', timestamp, (column) => column.notNull()),
      db.schema
        .createIndex('registrations_license')
        .on('registrations')
        .column('license_arn')
        .unique()
        .where(sql.ref('license_arn'), 'is not', null),
      db.schema
        .createIndex('registrations_without_license')
        .on('registrations')
        .columns(['product_code', 'aws_account_id'])
        .unique()
        .where(sql.ref('license_arn'), 'is', null),
      db.schema
        .createTable('tokens')
        .addColumn('token_hash', 'text', (column) => column.primaryKey().notNull())
        .addColumn('registration_id', 'text', (column) =>
          column.notNull().references('registrations.id').onDelete('cascade'),
        )
        .addColumn('resolved_at', timestamp, (column) => column.notNull()),
      db.schema.createIndex('tokens_resolved_at').on('tokens').column('resolved_at'),
      db.schema
        .createTable('sessions')
        .addColumn('id_hash', 'text', (column) => column.primaryKey().notNull())
        .addColumn('data', 'text', (column) => column.notNull())
        .addColumn('expires_at', timestamp, (column) => column.notNull()),
      db.schema.createIndex('sessions_expires_at').on('sessions').column('expires_at'),
    ],
  },
]

/** The names of all migrations of this release. */
export const migrationNames: readonly string[] = migrations.map(({ name }) => name)
