import type { Registration } from './registration.ts'
import type { Query } from './unit-of-work.ts'

/** What has happened since a buyer registered, as far as the last page says it. */
export type Progress = {
  /** Whether a mail to the stored address was written and did not fail for good. */
  readonly isMailed: boolean
  /** When the seller's application last redeemed a code. Null when it never did. */
  readonly connectedAt: Date | null
}

/** Rejects with an `AppError`. */
export type ProgressOf = (registration: Registration) => Promise<Progress>

export function createProgressOf(query: Query): ProgressOf {
  return ({ id, contact }) =>
    query(async ({ deliveries, handoffCodes }) => ({
      isMailed: contact !== null && (await deliveries.hasMail(id, contact.email)),
      connectedAt: await handoffCodes.redeemedAt(id),
    }))
}
