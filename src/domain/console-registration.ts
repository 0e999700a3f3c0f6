import { currentSubscription } from './confirmation.ts'
import type { ConsoleDeliveries, ShownDelivery } from './console-deliveries.ts'
import { historyEntry, type HistoryEntry } from './history.ts'
import type { Registration } from './registration.ts'
import type { StoredSubscription } from './subscription-rows.ts'
import type { Query } from './unit-of-work.ts'

/** A registration with its subscription, history and deliveries. */
export type WholeRegistration = {
  readonly registration: Registration
  /** The subscription of its license, or the one that continues it; null if none is known. */
  readonly subscription: StoredSubscription | null
  /** The time when the seller's application last redeemed a code of the handoff; null if never. */
  readonly redeemedAt: Date | null
  readonly deliveries: readonly ShownDelivery[]
  /** Oldest first. */
  readonly history: readonly HistoryEntry[]
}

/** Null for an unknown reference. Rejects with an `AppError`. */
export type FindWhole = (reference: string) => Promise<WholeRegistration | null>

export function createFindWhole(query: Query, deliveries: Pick<ConsoleDeliveries, 'of'>): FindWhole {
  return async (reference) => {
    const found = await query(async (rows) => {
      const registration = await rows.registrations.findByReference(reference)
      if (registration === null) return null
      const { id, licenseArn } = registration
      const subscription = licenseArn === null ? null : await currentSubscription(rows, licenseArn)
      const redeemedAt = await rows.handoffCodes.redeemedAt(id)
      return { registration, subscription, redeemedAt, history: (await rows.events.of(id)).map(historyEntry) }
    })
    return found === null ? null : { ...found, deliveries: await deliveries.of(found.registration.id) }
  }
}
