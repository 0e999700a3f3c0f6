import type { Migration } from './migration.ts'

export const redemptions: Migration = {
  name: '0002-redemptions',
  up: async (db, timestamp) => {
    await db.schema
      .createTable('redemptions')
      .addColumn('token_hash', 'text', (column) => column.notNull())
      .addColumn('task', 'text', (column) => column.notNull())
      .addColumn('noted_at', timestamp, (column) => column.notNull())
      .addPrimaryKeyConstraint('redemptions_key', ['token_hash', 'task'])
      .execute()
    await db.schema.createIndex('redemptions_noted_at').on('redemptions').column('noted_at').execute()
    await db.schema
      .createIndex('registrations_account')
      .on('registrations')
      .columns(['product_code', 'aws_account_id'])
      .execute()
  },
}
