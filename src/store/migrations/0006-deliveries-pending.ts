import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** The oldest that waits is read at each scrape of the metrics. */
export const deliveriesPending: Migration = {
  name: '0006-deliveries-pending',
  up: async (db) => {
    await db.schema
      .createIndex('deliveries_pending')
      .on('deliveries')
      .column('created_at')
      .where(sql<boolean>`done_at is null and dead_at is null`)
      .execute()
  },
}
