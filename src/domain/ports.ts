import type { Contact } from './contact.ts'
import type { Claims, Customer } from './customer.ts'
import type { Registration } from './registration.ts'

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

/** The session that a buyer's browser comes back with. */
export type Visit = {
  readonly id: string
  /** The request's session as it is, without the visitor. */
  readonly session: object
  /** Who the visit belongs to. */
  readonly visitor: object
}

/** The visit of the buyer whose registration this is; null where the browser could not keep it. Changes nothing. */
export type VisitOf = (registration: Registration) => Visit | null

export type Completion = {
  readonly contact: Contact
  /** The language of the page that was filled in, as a BCP 47 tag. */
  readonly language: string
  readonly at: Date
}

/**
 * Where registrations live. Every method rejects with an `AppError`: `store-unavailable` when the database does not answer
 * within its deadline, cannot be reached or cannot write; `internal` for anything else.
 */
export type Registrations = {
  /**
   * Finds or makes the registration of this license, remembers the token's hash and stores the visit, in one transaction.
   * Clears nothing. Without a visit the session is to be saved afterwards, which is one more wait for the database.
   */
  readonly recordLanding: (landing: NewLanding, visitOf?: VisitOf | null) => Promise<Registration>
  /** The registration that this token was resolved to at or after `since`, if any. Counts as a landing at `at`. */
  readonly landAgain: (tokenHash: string, since: Date, at: Date) => Promise<Registration | null>
  /** Stores the contact details and makes the registration `registered`. A null phone keeps the one stored. Null when there is no such registration. */
  readonly complete: (id: string, completion: Completion) => Promise<Registration | null>
  readonly find: (id: string) => Promise<Registration | null>
}

/** Resolves when the database answers; rejects with `store-unavailable`. */
export type CheckStore = () => Promise<void>
