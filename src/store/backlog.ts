import { sql, type Kysely } from 'kysely'
import type { OverdueLimits } from '../domain/access.ts'
import type { Database } from './database.ts'
import { inactiveRegistrations, isOverdue, unregisteredAgreements, waiting } from './follow-up.ts'
import type { Tables } from './schema.ts'

/** Counts of pending work. Each count uses a small index and is cheap enough for every metrics scrape. */
export type Backlog = {
  readonly pending: () => Promise<number>
  /** The age of the oldest pending delivery in seconds; 0 if there is none. */
  readonly oldestPendingSeconds: () => Promise<number>
  readonly dead: () => Promise<number>
  /** Active agreements without a registration. */
  readonly unregistered: () => Promise<number>
  /** Registered buyers whose agreement has ended. */
  readonly inactive: () => Promise<number>
  /** Registered buyers whose access is not ready. */
  readonly waiting: () => Promise<number>
  /** Waiting buyers whose promised time has passed. */
  readonly overdue: (limits: OverdueLimits) => Promise<number>
}

const all = sql`count(*)`.as('n')

export function createBacklog({ db, fromNow }: Pick<Database, 'db' | 'fromNow'>): Backlog {
  return {
    pending: async () => count(pendingDeliveries(db).select(all)),
    oldestPendingSeconds: async () => {
      const oldest = await pendingDeliveries(db)
        .select(['created_at', fromNow(0).as('now')])
        .orderBy('created_at')
        .limit(1)
        .executeTakeFirst()
      if (oldest === undefined) return 0
      return Math.max(0, (new Date(oldest.now).getTime() - new Date(oldest.created_at).getTime()) / 1000)
    },
    dead: async () => count(db.selectFrom('deliveries').where('dead_at', 'is not', null).select(all)),
    unregistered: async () => count(unregisteredAgreements(db).select(all)),
    inactive: async () => count(inactiveRegistrations(db).select(all)),
    waiting: async () => count(db.selectFrom('registrations').where(waiting()).select(all)),
    overdue: async (limits) =>
      count(db.selectFrom('registrations').where(waiting()).where(isOverdue(limits)).select(all)),
  }
}

function pendingDeliveries(db: Kysely<Tables>) {
  return db.selectFrom('deliveries').where('done_at', 'is', null).where('dead_at', 'is', null)
}

async function count(query: { readonly executeTakeFirstOrThrow: () => Promise<{ readonly n: unknown }> }) {
  const { n } = await query.executeTakeFirstOrThrow()
  return Number(n)
}
