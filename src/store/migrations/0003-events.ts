import { sql } from 'kysely'
import type { Migration } from './migration.ts'

export const events: Migration = {
  name: '0003-events',
  up: async (db, timestamp) => {
    await db.schema
      .createTable('events')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('type', 'text', (column) => column.notNull())
      .addColumn('occurred_at', timestamp, (column) => column.notNull())
      .addColumn('registration_id', 'text', (column) => column.references('registrations.id').onDelete('cascade'))
      .addColumn('data', 'text', (column) => column.notNull())
      .execute()
    await db.schema.createIndex('events_registration').on('events').columns(['registration_id', 'type']).execute()
    await db.schema.createIndex('events_occurred_at').on('events').column('occurred_at').execute()
    await db.schema
      .createTable('deliveries')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('event_id', 'text', (column) => column.notNull().references('events.id').onDelete('cascade'))
      .addColumn('registration_id', 'text', (column) => column.references('registrations.id').onDelete('cascade'))
      .addColumn('receiver', 'text', (column) => column.notNull())
      .addColumn('audience', 'text', (column) => column.notNull())
      .addColumn('recipient', 'text')
      .addColumn('recipient_hash', 'text')
      .addColumn('body', 'text')
      .addColumn('created_at', timestamp, (column) => column.notNull())
      .addColumn('due_at', timestamp, (column) => column.notNull())
      .addColumn('lease_until', timestamp)
      .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('last_attempt_at', timestamp)
      .addColumn('last_error', 'text')
      .addColumn('done_at', timestamp)
      .addColumn('dead_at', timestamp)
      .execute()
    await db.schema
      .createIndex('deliveries_due')
      .on('deliveries')
      .columns(['receiver', 'due_at', 'id'])
      .where(sql<boolean>`done_at is null and dead_at is null`)
      .execute()
    await db.schema
      .createIndex('deliveries_dead')
      .on('deliveries')
      .column('dead_at')
      .where(sql<boolean>`dead_at is not null`)
      .execute()
    await db.schema.createIndex('deliveries_event').on('deliveries').column('event_id').execute()
    await db.schema.createIndex('deliveries_registration').on('deliveries').column('registration_id').execute()
    await db.schema
      .createIndex('deliveries_recipient')
      .on('deliveries')
      .columns(['recipient_hash', 'created_at'])
      .execute()
    await db.schema
      .createIndex('registrations_landed')
      .on('registrations')
      .column('landed_at')
      .where(sql<boolean>`status = 'landed'`)
      .execute()
  },
}
