import type { OverdueLimits } from '../domain/access.ts'
import { all, count } from './count.ts'
import type { Database } from './database.ts'
import { isPending } from './delivery-state.ts'
import { inactiveRegistrations, isOverdue, waiting } from './follow-up.ts'
import type { Guard } from './guard.ts'
import { unregisteredAgreements } from './unregistered.ts'

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

export function createBacklog({ db, fromNow }: Pick<Database, 'db' | 'fromNow'>, guard: Guard): Backlog {
  const deliveries = db.selectFrom('deliveries')
  const registrations = db.selectFrom('registrations').select(all)
  return {
    pending: () => guard(() => count(deliveries.where(isPending()).select(all))),
    oldestPendingSeconds: () =>
      guard(async () => {
        const oldest = await deliveries
          .where(isPending())
          .select(['created_at', fromNow(0).as('now')])
          .orderBy('created_at')
          .limit(1)
          .executeTakeFirst()
        if (oldest === undefined) return 0
        return Math.max(0, (new Date(oldest.now).getTime() - new Date(oldest.created_at).getTime()) / 1000)
      }),
    dead: () => guard(() => count(deliveries.where('dead_at', 'is not', null).select(all))),
    unregistered: () => guard(() => count(unregisteredAgreements(db).select(all))),
    inactive: () => guard(() => count(inactiveRegistrations(db).select(all))),
    waiting: () => guard(() => count(registrations.where(waiting()))),
    overdue: (limits) => guard(() => count(registrations.where(waiting()).where(isOverdue(limits)))),
  }
}
