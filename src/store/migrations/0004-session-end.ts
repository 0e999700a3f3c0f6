import type { Migration } from './migration.ts'

export const sessionEnd: Migration = {
  name: '0004-session-end',
  up: async (db, timestamp) => {
    await db.schema.alterTable('sessions').addColumn('ends_at', timestamp).execute()
  },
}
