import { sql } from 'kysely'
import type { Migration } from './migration.ts'

export const registrations: Migration = {
  name: '0001-registrations',
  up: async (db, timestamp) => {
    await db.schema
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
      .addColumn('updated_at', timestamp, (column) => column.notNull())
      .execute()
    await db.schema
      .createIndex('registrations_license')
      .on('registrations')
      .column('license_arn')
      .unique()
      .where(sql.ref('license_arn'), 'is not', null)
      .execute()
    await db.schema
      .createIndex('registrations_without_license')
      .on('registrations')
      .columns(['product_code', 'aws_account_id'])
      .unique()
      .where(sql.ref('license_arn'), 'is', null)
      .execute()
    await db.schema
      .createTable('tokens')
      .addColumn('token_hash', 'text', (column) => column.primaryKey().notNull())
      .addColumn('registration_id', 'text', (column) =>
        column.notNull().references('registrations.id').onDelete('cascade'),
      )
      .addColumn('resolved_at', timestamp, (column) => column.notNull())
      .execute()
    await db.schema.createIndex('tokens_resolved_at').on('tokens').column('resolved_at').execute()
    await db.schema
      .createTable('sessions')
      .addColumn('id_hash', 'text', (column) => column.primaryKey().notNull())
      .addColumn('data', 'text', (column) => column.notNull())
      .addColumn('expires_at', timestamp, (column) => column.notNull())
      .execute()
    await db.schema.createIndex('sessions_expires_at').on('sessions').column('expires_at').execute()
  },
}
