import type { Notification } from './notification.ts'
import type { Contact } from './contact.ts'
import type { Claims, Customer } from './customer.ts'
import type { Delivery, Message, Receiver } from './delivery.ts'
import type { Sent } from './events.ts'
import type { Candidate } from './identity.ts'
import type { Registration } from './registration.ts'
import type { AwsEventRows, SubscriptionRows } from './subscription-ports.ts'
import type { Subscription } from './subscription.ts'

export type Resolution = {
  readonly customer: Customer
  /** AWS's own id for the call, for AWS Support. */
  readonly awsRequestId: string | null
  /** Calls made, retries included. */
  readonly attempts: number
  /** From the call to its answer, in milliseconds. */
  readonly durationMs: number
}

/** Redeems a registration token at AWS Marketplace. Rejects with an `AppError`, never with an SDK error. */
export type ResolveCustomer = (token: string) => Promise<Resolution>

export type NewLanding = {
  /** SHA-256 of the token, 64 hex digits. The token itself is stored nowhere. */
  readonly tokenHash: string
  readonly customer: Customer
  readonly claims: Claims
  readonly at: Date
}

export type Completion = {
  readonly contact: Contact
  /** The language of the page that was filled in, as a BCP 47 tag. */
  readonly language: string
  readonly at: Date
}

/**
 * What can be done with registrations, each in one transaction. Every method rejects with an `AppError`: `store-unavailable`
 * when the database does not answer within its deadline, cannot be reached or cannot write; `internal` for anything else.
 */
export type Registrations = {
  /** Finds or makes the registration of this license and stores the token's hash. Clears nothing. */
  readonly recordLanding: (landing: NewLanding) => Promise<Registration>
  /** The registration that this token was resolved to at or after `since`, if any. Counts as a landing at `at`. */
  readonly landAgain: (tokenHash: string, since: Date, at: Date) => Promise<Registration | null>
  /** Stores the contact details and makes the registration `registered`. Null when there is no such registration. */
  readonly complete: (id: string, completion: Completion) => Promise<Sent | null>
  readonly find: (id: string) => Promise<Registration | null>
}

/**
 * Which tokens are being redeemed, by any task. AWS may call a token expired because another task has just redeemed it: with a
 * note there is something to wait for.
 */
export type Redemptions = {
  /** Nothing waits for it. */
  readonly note: (tokenHash: string) => void
  readonly forget: (tokenHash: string) => void
  /** Another task is redeeming this token. */
  readonly isNotedElsewhere: (tokenHash: string) => Promise<boolean>
}

/** What one transaction may read and write: all of it is stored, or nothing. */
export type UnitOfWork = {
  /** Transactions that lock the same key wait for each other, until they end. */
  readonly lock: (key: string) => Promise<void>
  readonly registrations: RegistrationRows
  readonly redemptions: RedemptionRows
  readonly events: EventRows
  readonly deliveries: DeliveryRows
  readonly handoffCodes: HandoffCodeRows
  readonly awsEvents: AwsEventRows
  readonly subscriptions: SubscriptionRows
}

export type RegistrationRows = {
  readonly find: (id: string) => Promise<Registration | null>
  readonly findByToken: (tokenHash: string, since: Date) => Promise<Registration | null>
  readonly findByReference: (reference: string) => Promise<Registration | null>
  /** By the license; else by that of an agreement which this one continues. */
  readonly findBySubscription: (subscription: Subscription) => Promise<Registration | null>
  /** Every row that this customer might be: by license, by product and account, by token. */
  readonly findCandidates: (customer: Customer, tokenHash: string, since: Date) => Promise<readonly Candidate[]>
  readonly insert: (registration: Registration) => Promise<void>
  /** Stores what the token was resolved to; a later answer replaces an earlier one. */
  readonly insertToken: (tokenHash: string, registrationId: string, at: Date) => Promise<void>
  readonly updateLastLanded: (id: string, at: Date) => Promise<void>
  /** Writes what AWS and the browser said of the purchase. */
  readonly updatePurchase: (registration: Registration) => Promise<void>
  /** Writes what the buyer sent, as one unit. */
  readonly updateContact: (registration: Registration) => Promise<void>
}

export type RedemptionNote = {
  readonly tokenHash: string
  /** Null when nothing came of it: nobody needs to wait for it any more. */
  readonly at: Date | null
}

export type RedemptionRows = {
  /** Notes tokens for this task, or deletes its notes. */
  readonly write: (task: string, notes: readonly RedemptionNote[]) => Promise<void>
  readonly isNotedElsewhere: (tokenHash: string, task: string, since: Date) => Promise<boolean>
}

export type EventRows = {
  readonly insert: (notification: Notification) => Promise<void>
  /** For what must be erased: else an event never changes. */
  readonly updateData: (notification: Notification) => Promise<void>
  /** Those of one registration, in the order in which they happened. */
  readonly of: (registrationId: string) => Promise<readonly Notification[]>
  /** Registrations that landed in that time, are not registered, and have not been notified as abandoned. At most 100. */
  readonly findAbandoned: (landed: { readonly after: Date; readonly before: Date }) => Promise<readonly string[]>
}

export type DeliveryRows = {
  /** Due at once. */
  readonly insert: (id: string, notification: Notification, message: Message) => Promise<void>
  /** Replaces the webhook's body of an event where it has not left. Returns how many. */
  readonly rewrite: (eventId: string, body: string) => Promise<number>
  /** Removes the mails of a registration that have not left, and what is kept of their addresses. Returns how many. */
  readonly endMails: (registrationId: string) => Promise<number>
  /** How many mails to buyers were written since: to this address, and for this registration. */
  readonly countMails: (
    address: string,
    registrationId: string,
    since: Date,
  ) => Promise<{ readonly toAddress: number; readonly forRegistration: number }>
}

export type HandoffCodeRows = {
  readonly insert: (codeHash: string, registrationId: string, lastsMs: number) => Promise<void>
  /** Makes a good code a used one, once, and tells whose it is. Null for any other. */
  readonly use: (codeHash: string) => Promise<string | null>
  readonly find: (codeHash: string) => Promise<{ readonly registrationId: string; readonly used: boolean } | null>
}

/** The messages that wait, for the job that sends them. Every method rejects with an `AppError`. */
export type Outbox = {
  /** Takes so many of what is due for this task, until a lease of 60 seconds runs out. */
  readonly claim: (receiver: Receiver, limit: number) => Promise<readonly Delivery[]>
  readonly markSent: (delivery: Delivery) => Promise<void>
  readonly markFailed: (delivery: Delivery, reason: string, pauseMs: number) => Promise<void>
  readonly markDead: (delivery: Delivery, reason: string) => Promise<void>
}

/** Runs work in one transaction; again where another task's write came between. Rejects with an `AppError`. */
export type Transaction = <T>(work: (unit: UnitOfWork) => Promise<T>) => Promise<T>

/** Resolves when the database answers; rejects with `store-unavailable`. */
export type CheckStore = () => Promise<void>
