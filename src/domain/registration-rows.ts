import type { Customer } from './customer.ts'
import type { Candidate } from './identity.ts'
import type { Registration } from './registration.ts'
import type { Subscription } from './subscription.ts'

/** The stored registrations, and which token led to which of them. */
export type RegistrationRows = {
  readonly find: (id: string) => Promise<Registration | null>
  readonly findByToken: (tokenHash: string, since: Date) => Promise<Registration | null>
  readonly findByReference: (reference: string) => Promise<Registration | null>
  /** Looks for the license, then for the license of an agreement that this one continues. */
  readonly findBySubscription: (subscription: Subscription) => Promise<Registration | null>
  /** Every registration that this customer may be: by license, by product and account, by token. */
  readonly findCandidates: (customer: Customer, tokenHash: string, since: Date) => Promise<readonly Candidate[]>
  readonly insert: (registration: Registration) => Promise<void>
  /** Stores which registration the token was resolved to. A later answer replaces an earlier one. */
  readonly insertToken: (tokenHash: string, registrationId: string, at: Date) => Promise<void>
  readonly updateLastLanded: (id: string, at: Date) => Promise<void>
  /** Writes what AWS and the browser said about the purchase. */
  readonly updatePurchase: (registration: Registration) => Promise<void>
  /** Writes that access is ready, since when and by whom, with the link and the message. */
  readonly updateReady: (registration: Registration) => Promise<void>
  /** Removes what the buyer typed and what the seller wrote to the buyer. */
  readonly erase: (id: string, at: Date) => Promise<void>
  /** Writes what the buyer sent, as one unit. */
  readonly updateContact: (registration: Registration) => Promise<void>
}
