import { licenseId } from '../license-id.ts'
import type { Migration } from './migration.ts'

export const subscriptions: Migration = {
  name: '0007-subscriptions',
  up: async (db, timestamp) => {
    await db.schema
      .createTable('aws_events')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('detail_type', 'text', (column) => column.notNull())
      .addColumn('time', timestamp, (column) => column.notNull())
      .addColumn('account', 'text', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .addColumn('received_at', timestamp, (column) => column.notNull())
      .addColumn('agreement_id', 'text')
      .execute()
    await db.schema.createIndex('aws_events_agreement').on('aws_events').column('agreement_id').execute()
    await db.schema
      .createTable('subscriptions')
      .addColumn('agreement_id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('license_arn', 'text')
      .addColumn('license_id', 'text')
      .addColumn('initial_agreement_id', 'text')
      .addColumn('previous_agreement_id', 'text')
      .addColumn('product_code', 'text')
      .addColumn('product_id', 'text')
      .addColumn('aws_account_id', 'text')
      .addColumn('offer_id', 'text')
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('starts_at', timestamp)
      .addColumn('ends_at', timestamp)
      .addColumn('advisory_at', timestamp)
      .addColumn('activated_at', timestamp)
      .addColumn('ended_at', timestamp)
      .addColumn('entitlements', 'text')
      .addColumn('checked_at', timestamp)
      .addColumn('updated_at', timestamp, (column) => column.notNull())
      .addColumn('final_usage_by', timestamp)
      .addColumn('answer', 'text')
      .addColumn('told', 'text')
      .addColumn('told_advisory_at', timestamp)
      .addColumn('owes_update', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('agreement_ask_at', timestamp)
      .addColumn('agreement_tries', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('entitlements_ask_at', timestamp)
      .addColumn('entitlements_tries', 'integer', (column) => column.notNull().defaultTo(0))
      .execute()
    for (const column of ['license_id', 'initial_agreement_id', 'agreement_ask_at', 'entitlements_ask_at', 'state'])
      await db.schema.createIndex(`subscriptions_${column}`).on('subscriptions').column(column).execute()
    await db.schema.createIndex('registrations_license_id').on('registrations').column(licenseId).execute()
    await db.schema
      .createTable('leases')
      .addColumn('name', 'text', (column) => column.primaryKey().notNull())
      .addColumn('task', 'text', (column) => column.notNull())
      .addColumn('until', timestamp, (column) => column.notNull())
      .execute()
  },
}
