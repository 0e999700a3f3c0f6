import type { DeliveryRows } from './delivery.ts'
import type { HandoffCodeRows } from './handoff-code.ts'
import type { EventRows } from './notification.ts'
import type { SessionRows } from './session-rows.ts'
import type { RegistrationRows } from './registration-rows.ts'
import type { AwsEventRows, SubscriptionRows } from './subscription-rows.ts'

/** The rows of every table that the domain reads and writes. */
export type Rows = {
  readonly registrations: RegistrationRows
  readonly events: EventRows
  readonly deliveries: DeliveryRows
  readonly handoffCodes: HandoffCodeRows
  readonly sessions: SessionRows
  readonly awsEvents: AwsEventRows
  readonly subscriptions: SubscriptionRows
}

/** What one transaction may read and write: all of it is stored, or nothing. */
export type UnitOfWork = Rows & {
  /** Makes transactions that lock the same key wait for each other until they end. */
  readonly lock: (key: string) => Promise<void>
}

/** What the metrics count and time. A buyer waits for each of these. */
export type Operation =
  | 'recordLanding'
  | 'landAgain'
  | 'complete'
  | 'find'
  | 'check'
  | 'sessionGet'
  | 'sessionSet'
  | 'sessionTouch'
  | 'sessionDestroy'

/** Runs one transaction, and runs it again after a write conflict. Rejects with an `AppError`. */
export type Transaction = <T>(work: (unit: UnitOfWork) => Promise<T>, operation?: Operation) => Promise<T>

/**
 * Runs reads and then one write that fails as a write conflict where the reads are no longer true. All of it is then repeated.
 * No lock is needed and no transaction, except on SQLite, which has one writer.
 */
export type Attempt = Query

/** Runs statements outside a transaction, each on its own. Rejects with an `AppError`. */
export type Query = <T>(work: (rows: Rows) => Promise<T>, operation?: Operation) => Promise<T>

/** Resolves when the database answers. Rejects with `store-unavailable`. */
export type CheckStore = () => Promise<void>
