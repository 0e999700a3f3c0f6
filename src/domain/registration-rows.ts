import type { Customer } from './customer.ts'
import type { Candidate } from './identity.ts'
import type { Registration } from './registration.ts'
import type { Subscription } from './subscription.ts'

/** A token that AWS resolved. */
type ResolvedToken = { readonly tokenHash: string; readonly at: Date }

/**
 * The stored registrations and the registration of each token. If another landing has changed the rows since they were read, a
 * write fails with a write conflict, and the work is repeated from the read.
 */
export type RegistrationRows = {
  readonly find: (id: string) => Promise<Registration | null>
  readonly findByToken: (tokenHash: string, since: Date) => Promise<Registration | null>
  readonly findByReference: (reference: string) => Promise<Registration | null>
  /** Finds a registration by license, or by the license of an agreement that this one continues. */
  readonly findBySubscription: (subscription: Subscription) => Promise<Registration | null>
  /** All registrations that this customer may have: by license, by product and account, and by token. */
  readonly findCandidates: (customer: Customer, tokenHash: string, since: Date) => Promise<readonly Candidate[]>
  /** Inserts a new registration and its token. */
  readonly insert: (registration: Registration, token: ResolvedToken, candidates: readonly Candidate[]) => Promise<void>
  /** Updates the purchase from AWS and the browser, and the token. A later response for a token replaces an earlier one. */
  readonly updatePurchase: (registration: Registration, before: Registration, token: ResolvedToken) => Promise<void>
  readonly updateLastLanded: (id: string, at: Date) => Promise<void>
  /** Stores when and by whom access was marked as ready, with the link and the message. */
  readonly updateReady: (registration: Registration) => Promise<void>
  /** Removes what the buyer typed and what the seller wrote to the buyer. */
  readonly erase: (id: string, at: Date) => Promise<void>
  /** Stores everything that the buyer submitted at once. */
  readonly updateContact: (registration: Registration) => Promise<void>
}
