import type { Migration } from './migration.ts'

export const handover: Migration = {
  name: '0005-handover',
  up: async (db, timestamp) => {
    await db.schema
      .createTable('handover_codes')
      .addColumn('code_hash', 'text', (column) => column.primaryKey().notNull())
      .addColumn('registration_id', 'text', (column) =>
        column.notNull().references('registrations.id').onDelete('cascade'),
      )
      .addColumn('expires_at', timestamp, (column) => column.notNull())
      .addColumn('used_at', timestamp)
      .execute()
    await db.schema.createIndex('handover_codes_expires_at').on('handover_codes').column('expires_at').execute()
  },
}
