import type { Kysely } from 'kysely'
import type { CheckStore, Query, Rows, Transaction } from '../domain/unit-of-work.ts'
import type { Outbox } from '../domain/delivery.ts'
import type { Registrations } from '../domain/registrations.ts'
import { createRegistrations } from '../domain/registrations.ts'
import type { MessagesFor } from '../domain/delivery.ts'
import { randomBytes } from 'node:crypto'
import { createHandoff, type Handoff } from '../domain/handoff.ts'
import { createNotify, type Notify } from '../domain/notify.ts'
import { createTellRegistration, type TellRegistration } from '../domain/tell-registration.ts'
import { deliveryRows } from './deliveries.ts'
import { handoffCodeRows } from './handoff-codes.ts'
import { eventRows } from './events.ts'
import { createBacklog, type Backlog } from './backlog.ts'
import { createOutbox } from './outbox.ts'
import type { Database, DatabaseSettings } from './database.ts'
import { openDatabase } from './open.ts'
import { storeFailure } from './failures.ts'
import { createGuard, type Guard } from './guard.ts'
import { awsEventRows } from './aws-events.ts'
import { createLeases, type Leases } from './leases.ts'
import { migrate } from './migrate.ts'
import { createPrune, type Pruned } from './prune.ts'
import { registrationRows } from './registrations.ts'
import type { Tables } from './schema.ts'
import { SessionStore } from './sessions.ts'
import { subscriptionRows } from './subscriptions.ts'
import { watchWrites } from './writes.ts'

export type StoreSettings = Omit<DatabaseSettings, 'access'> & RowSettings

export type RowSettings = {
  readonly sessionMinutes: number
  readonly now: () => Date
  readonly newId: () => string
  readonly newReference: () => string
  /** What leaves for an event; nothing when left out. */
  readonly messagesFor?: MessagesFor
  /** What is told of registrations has their subscriptions, too. False when left out. */
  readonly withSubscriptions?: boolean
}

export type Store = {
  readonly transaction: Transaction
  /** Runs each statement by itself. */
  readonly query: Query
  readonly registrations: Registrations
  readonly notify: Notify
  readonly tellRegistration: TellRegistration
  readonly outbox: Outbox
  readonly backlog: Backlog
  readonly handoff: Handoff
  readonly leases: Leases
  readonly sessions: SessionStore
  readonly check: CheckStore
  /** Deletes what has expired; to be called now and then. */
  readonly prune: () => Promise<Pruned>
  /** Waits for what is under way. */
  readonly close: () => Promise<void>
}

/** A migration may have to build an index over a million rows, or to wait for another task that does. */
const migrationDeadlineMs = 2 * 60_000

/** Opens the database and brings it up to date. Rejects with an `AppError` whose hint says what to change. */
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

/** The store on a database that is open and up to date. */
export function createStore(opened: Database, settings: RowSettings & { readonly deadlineMs: number }): Store {
  const { db, fromNow, lock } = opened
  const guard = createGuard(settings.deadlineMs)
  const writes = watchWrites(opened, guard)
  const { messagesFor = () => [], newId, withSubscriptions = false } = settings
  const notify = createNotify({ messagesFor, newId })
  const tellRegistration = createTellRegistration(withSubscriptions)
  const timeOf = (moment: Date) => fromNow(moment.getTime() - settings.now().getTime())
  const rowsOn = (connection: Kysely<Tables>): Rows => ({
    registrations: registrationRows(connection, timeOf),
    events: eventRows(connection),
    deliveries: deliveryRows(connection, fromNow),
    handoffCodes: handoffCodeRows(connection, fromNow),
    awsEvents: awsEventRows(connection, fromNow),
    subscriptions: subscriptionRows(connection, { timeOf, fromNow }),
  })
  const transaction: Transaction = (work) =>
    writes.guard(() =>
      db.transaction().execute((connection) => work({ ...rowsOn(connection), lock: (key) => lock(connection, key) })),
    )
  const query: Query = (work) => guard(() => work(rowsOn(db)))
  const task = newId()
  return {
    transaction,
    query,
    registrations: createRegistrations({ ...settings, transaction, query, notify, tellRegistration }),
    notify,
    tellRegistration,
    outbox: createOutbox(opened, guard),
    backlog: guarded(createBacklog(opened), guard),
    handoff: createHandoff({ transaction, query, newCode, tellRegistration }),
    leases: createLeases(opened, writes.guard, task),
    sessions: new SessionStore(opened, { read: guard, write: writes.guard }, settings),
    check: async () => {
      opened.checkFile()
      await guard(() => db.selectFrom('registrations').select('id').limit(1).execute())
      await writes.check()
    },
    prune: createPrune(opened, guard),
    close: () => db.destroy(),
  }
}

function newCode(): string {
  return randomBytes(32).toString('base64url')
}

function guarded(backlog: Backlog, guard: Guard): Backlog {
  return {
    pending: () => guard(backlog.pending),
    oldestPendingSeconds: () => guard(backlog.oldestPendingSeconds),
    dead: () => guard(backlog.dead),
    unregistered: () => guard(backlog.unregistered),
    inactive: () => guard(backlog.inactive),
  }
}
