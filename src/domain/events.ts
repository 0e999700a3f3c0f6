import type { ErrorCode } from '../errors.ts'
import type { Contact } from './contact.ts'
import type { Resolution } from './customer.ts'
import type { Registration } from './registration.ts'

/** A buyer came from AWS Marketplace and is on record. */
export type Landed = {
  readonly type: 'registration.landed'
  readonly registration: Registration
  /** The first 16 hex digits of the token's SHA-256: enough to find it in a log. */
  readonly tokenHash: string
  /** What AWS answered; null when it refused, and the token is one that we redeemed before. */
  readonly resolution: Omit<Resolution, 'customer'> | null
  /** Why AWS refused this time, when it did. */
  readonly refusal: ErrorCode | null
}

/** A buyer sent the form for the first time. */
export type Completed = { readonly type: 'registration.completed'; readonly registration: Registration }

/** A registered buyer sent contact details again. */
export type Changed = {
  readonly type: 'registration.changed'
  readonly registration: Registration
  /** Null where it was erased meanwhile. */
  readonly previous: Contact | null
}

/** A registered buyer sent what is stored already. */
export type Unchanged = { readonly type: 'registration.unchanged'; readonly registration: Registration }

/** What became of a form that was filled in well. */
export type Sent = Completed | Changed | Unchanged

/** What happened, as domain operations return it. The log and the metrics hear these values. */
export type DomainEvent = Landed | Sent
