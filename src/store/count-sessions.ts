import { openReadOnly } from './read-only.ts'
import type { DatabaseUrl } from '../config/database-url.ts'

export type SessionCount = {
  /** Sessions that have not expired. Rejects when the database does not answer. */
  readonly count: () => Promise<number>
  readonly close: () => Promise<void>
}

/** Counts over a connection of its own, opened at the first count: what landings need is not taken from them. */
export function createSessionCount(database: DatabaseUrl, deadlineMs: number, now: () => Date): SessionCount {
  const { db, close } = openReadOnly(database, deadlineMs)
  return {
    count: async () => {
      const row = await db
        .selectFrom('sessions')
        .select(({ fn }) => fn.countAll().as('sessions'))
        .where('expires_at', '>', now())
        .executeTakeFirstOrThrow()
      return Number(row.sessions)
    },
    close,
  }
}
