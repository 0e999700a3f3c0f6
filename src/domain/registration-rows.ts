import type { Customer } from './customer.ts'
import type { Candidate } from './identity.ts'
import type { Registration } from './registration.ts'
import type { Subscription } from './subscription.ts'

/** A token that AWS resolved. */
export type ResolvedToken = { readonly tokenHash: string; readonly at: Date }

/**
 * The stored registrations, and which token led to which of them. A write fails as a write conflict, and is then repeated from
 * the read, where another landing came between.
 */
export type RegistrationRows = {
  readonly find: (id: string) => Promise<Registration | null>
  readonly findByToken: (tokenHash: string, since: Date) => Promise<Registration | null>
  readonly findByReference: (reference: string) => Promise<Registration | null>
  /** Looks for the license, then for the license of an agreement that this one continues. */
  readonly findBySubscription: (subscription: Subscription) => Promise<Registration | null>
  /** Every registration that this customer may be: by license, by product and account, by token. */
  readonly findCandidates: (customer: Customer, tokenHash: string, since: Date) => Promise<readonly Candidate[]>
  /** Inserts a registration, which is none of the candidates, and its token. */
  readonly insert: (registration: Registration, token: ResolvedToken, candidates: readonly Candidate[]) => Promise<void>
  /** Writes what AWS and the browser said about the purchase, and the token. A later answer for a token replaces an earlier one. */
  readonly updatePurchase: (registration: Registration, before: Registration, token: ResolvedToken) => Promise<void>
  readonly updateLastLanded: (id: string, at: Date) => Promise<void>
  /** Writes that access is ready, since when and by whom, with the link and the message. */
  readonly updateReady: (registration: Registration) => Promise<void>
  /** Removes what the buyer typed and what the seller wrote to the buyer. */
  readonly erase: (id: string, at: Date) => Promise<void>
  /** Writes what the buyer sent, as one unit. */
  readonly updateContact: (registration: Registration) => Promise<void>
}
