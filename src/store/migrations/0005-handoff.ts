import type { Migration } from './migration.ts'

export const handoff: Migration = {
  name: '0005-handoff',
  up: async (db, timestamp) => {
    await db.schema
      .createTable('handoff_codes')
      .addColumn('code_hash', 'text', (column) => column.primaryKey().notNull())
      .addColumn('registration_id', 'text', (column) =>
        column.notNull().references('registrations.id').onDelete('cascade'),
      )
      .addColumn('expires_at', timestamp, (column) => column.notNull())
      .addColumn('used_at', timestamp)
      .execute()
    await db.schema.createIndex('handoff_codes_expires_at').on('handoff_codes').column('expires_at').execute()
  },
}
