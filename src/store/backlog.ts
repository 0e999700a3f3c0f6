import type { Kysely } from 'kysely'
import type { Database } from './database.ts'
import type { Tables } from './schema.ts'

/** How much waits to be delivered, by small indexes on what is not delivered: cheap enough for each scrape. */
export type Backlog = {
  readonly pending: () => Promise<number>
  /** The age of the oldest that waits, in seconds; 0 when nothing does. */
  readonly oldestPendingSeconds: () => Promise<number>
  readonly dead: () => Promise<number>
}

export function createBacklog({ db, fromNow }: Pick<Database, 'db' | 'fromNow'>): Backlog {
  return {
    pending: async () => count(waiting(db)),
    oldestPendingSeconds: async () => {
      const oldest = await waiting(db)
        .select(['created_at', fromNow(0).as('now')])
        .orderBy('created_at')
        .limit(1)
        .executeTakeFirst()
      if (oldest === undefined) return 0
      return Math.max(0, (new Date(oldest.now).getTime() - new Date(oldest.created_at).getTime()) / 1000)
    },
    dead: async () => count(db.selectFrom('deliveries').where('dead_at', 'is not', null)),
  }
}

function waiting(db: Kysely<Tables>) {
  return db.selectFrom('deliveries').where('done_at', 'is', null).where('dead_at', 'is', null)
}

async function count(rows: ReturnType<typeof waiting>): Promise<number> {
  const { n } = await rows.select(({ fn }) => fn.countAll().as('n')).executeTakeFirstOrThrow()
  return Number(n)
}
