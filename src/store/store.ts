import type { Kysely } from 'kysely'
import type { ListByChange } from '../domain/registration-list.ts'
import type { ConsoleSessions } from '../domain/console-sessions.ts'
import type { ConsoleDeliveries } from '../domain/console-deliveries.ts'
import type { ConsoleLists } from '../domain/console-lists.ts'
import type { Outbox } from '../domain/delivery.ts'
import type { CheckStore, Query, Rows, Transaction } from '../domain/unit-of-work.ts'
import { awsEventRows } from './aws-events.ts'
import { createBacklog, type Backlog } from './backlog.ts'
import { createConsoleSessions } from './console-sessions.ts'
import { createConsoleDeliveries } from './console-deliveries.ts'
import { createConsoleLists } from './console-lists.ts'
import type { Database, DatabaseSettings } from './database.ts'
import { deliveryRows } from './deliveries.ts'
import { eventRows } from './events.ts'
import { storeFailure } from './failures.ts'
import { createGuard, type GuardSettings } from './guard.ts'
import { handoffCodeRows } from './handoff-codes.ts'
import type { Leases } from '../domain/leases.ts'
import { createLeases } from './leases.ts'
import { migrate } from './migrate.ts'
import { openDatabase } from './open.ts'
import { createOutbox } from './outbox.ts'
import { createPrune, type Pruned } from './prune.ts'
import { createListByChange } from './registration-list.ts'
import { registrationRows } from './registrations.ts'
import type { Tables } from './schema.ts'
import { sessionRows, SessionStore } from './sessions.ts'
import { subscriptionRows } from './subscriptions.ts'
import { watchWrites } from './writes.ts'

export type StoreSettings = Omit<DatabaseSettings, 'access'> & RowSettings

type RowSettings = GuardSettings & {
  /** Identifies this instance among those that use the same database. */
  readonly instance: string
  readonly sessionMinutes: number
  readonly now: () => Date
}

export type Store = {
  readonly transaction: Transaction
  readonly attempt: Query
  readonly query: Query
  readonly listByChange: ListByChange
  readonly consoleLists: ConsoleLists
  readonly consoleDeliveries: ConsoleDeliveries
  readonly outbox: Outbox
  readonly backlog: Backlog
  readonly leases: Leases
  readonly sessions: SessionStore
  readonly consoleSessions: ConsoleSessions
  readonly check: CheckStore
  /** Overwrites erased data that is still in the database files. */
  readonly scrub: () => Promise<void>
  /** Deletes expired rows. */
  readonly prune: () => Promise<Pruned>
  /** Waits for running work and closes the database. */
  readonly close: () => Promise<void>
}

/** A migration may build an index over a million rows, or wait for another instance that does. */
const migrationDeadlineMs = 2 * 60_000

/** Opens the database and migrates it. Rejects with an `AppError` whose hint is the fix. */
export async function openStore(settings: StoreSettings): Promise<Store> {
  const access = 'read-write'
  try {
    const migrating = await openDatabase({ ...settings, access, deadlineMs: migrationDeadlineMs })
    await migrate(migrating, settings.now).finally(() => migrating.db.destroy())
    return createStore(await openDatabase({ ...settings, access }), settings)
  } catch (error) {
    throw storeFailure(error)
  }
}

/** Creates the store on an open and migrated database. */
export function createStore(opened: Database, settings: RowSettings): Store {
  const { db, fromNow, lock, together, hasOneWriter } = opened
  const guard = createGuard(settings)
  const writes = watchWrites(opened, guard)
  const timeOf = (moment: Date) => fromNow(moment.getTime() - settings.now().getTime())
  const rowsOn = (connection: Kysely<Tables>): Rows => ({
    registrations: registrationRows(connection, { timeOf, together }),
    events: eventRows(connection),
    deliveries: deliveryRows(connection, fromNow),
    handoffCodes: handoffCodeRows(connection, fromNow),
    sessions: sessionRows(connection, fromNow),
    awsEvents: awsEventRows(connection, fromNow),
    subscriptions: subscriptionRows(connection, { timeOf, fromNow }),
  })
  const single = rowsOn(db)
  const transaction: Transaction = (work, operation) =>
    writes.guard(
      () =>
        db.transaction().execute((connection) => work({ ...rowsOn(connection), lock: (key) => lock(connection, key) })),
      operation,
    )
  return {
    transaction,
    attempt: hasOneWriter ? transaction : (work, operation) => writes.guard(() => work(single), operation),
    query: (work, operation) => guard(() => work(single), operation),
    listByChange: createListByChange(opened, guard),
    consoleLists: createConsoleLists(opened, guard),
    consoleDeliveries: createConsoleDeliveries(opened, { read: guard, write: writes.guard }),
    // Not `writes.guard`: an idle claim or prune succeeds on a full disk, and would reset the count of failures.
    outbox: createOutbox(opened, guard),
    backlog: createBacklog(opened, guard),
    leases: createLeases(opened, writes.guard, settings.instance),
    sessions: new SessionStore(opened, { read: guard, write: writes.guard }, settings),
    consoleSessions: createConsoleSessions(opened, { read: guard, write: writes.guard }),
    check: async () => {
      await guard(async () => {
        opened.checkFile()
        await db.selectFrom('registrations').select('id').limit(1).execute()
      }, 'check')
      await writes.check()
    },
    scrub: opened.scrub,
    prune: createPrune(opened, guard),
    close: () => db.destroy(),
  }
}
