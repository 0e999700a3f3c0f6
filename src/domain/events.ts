import type { ErrorCode } from '../errors.ts'
import type { Contact } from './contact.ts'
import type { Resolution } from './customer.ts'
import type { Registration } from './registration.ts'

/** A buyer came from AWS Marketplace and was recorded. */
export type Landed = {
  readonly type: 'registration.landed'
  readonly registration: Registration
  /** The first 16 hex digits of the token's SHA-256: enough to find it in a log. */
  readonly tokenHash: string
  /** AWS's response; null if AWS rejected a token that this app had already resolved. */
  readonly resolution: Omit<Resolution, 'customer'> | null
  /** The failure if AWS rejected the token. */
  readonly failure: ErrorCode | null
}

/** A buyer submitted the form for the first time. */
type Completed = { readonly type: 'registration.completed'; readonly registration: Registration }

/** A registered buyer submitted other contact details. */
type Changed = {
  readonly type: 'registration.changed'
  readonly registration: Registration
  /** Null if it was erased meanwhile. */
  readonly previous: Contact | null
}

/** A registered buyer submitted what is already stored. */
type Unchanged = { readonly type: 'registration.unchanged'; readonly registration: Registration }

/** The result of a valid form. */
export type Submitted = Completed | Changed | Unchanged

/** Results of domain operations, for the log and the metrics. */
export type DomainEvent = Landed | Submitted
