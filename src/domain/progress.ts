import type { Registration } from './registration.ts'
import type { Query } from './unit-of-work.ts'

/** The progress of a registration that the last page shows. */
export type Progress = {
  /** True if a mail to the stored address was written and was not given up. */
  readonly isMailed: boolean
  /** The time when the seller's application last redeemed a code; null if never. */
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
