import type { DeliveryRows } from './delivery.ts'
import type { HandoffCodeRows } from './handoff-code.ts'
import type { EventRows } from './notification.ts'
import type { SessionRows } from './session-rows.ts'
import type { RegistrationRows } from './registration-rows.ts'
import type { AwsEventRows, SubscriptionRows } from './subscription-rows.ts'

/** The rows of all tables that the domain reads and writes. */
export type Rows = {
  readonly registrations: RegistrationRows
  readonly events: EventRows
  readonly deliveries: DeliveryRows
  readonly handoffCodes: HandoffCodeRows
  readonly sessions: SessionRows
  readonly awsEvents: AwsEventRows
  readonly subscriptions: SubscriptionRows
}

/** The operations of one transaction: everything is stored, or nothing. */
export type UnitOfWork = Rows & {
  /** Makes transactions that lock the same key wait for each other until they end. */
  readonly lock: (key: string) => Promise<void>
}

/** The operations that metrics measure. A buyer waits for each of them. */
export type Operation =
  | 'recordLanding'
  | 'landAgain'
  | 'complete'
  | 'find'
  | 'check'
  | 'prune'
  | 'sessionGet'
  | 'sessionSet'
  | 'sessionTouch'
  | 'sessionDestroy'

/** Runs one transaction, and runs it again after a write conflict. Rejects with an `AppError`. */
export type Transaction = <T>(work: (unit: UnitOfWork) => Promise<T>, operation?: Operation) => Promise<T>

/** Runs statements without a transaction. Rejects with an `AppError`. */
export type Query = <T>(work: (rows: Rows) => Promise<T>, operation?: Operation) => Promise<T>

/** Resolves if the database responds. Rejects with `store-unavailable`. */
export type CheckStore = () => Promise<void>
