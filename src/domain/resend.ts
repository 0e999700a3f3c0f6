import type { MessagesFor, Receiver } from './delivery.ts'
import { lockedByReference } from './locked-registration.ts'
import { createWriteDeliveries, type NotifyDeps, type WriteDeliveries } from './notify.ts'
import type { Transaction, UnitOfWork } from './unit-of-work.ts'

/**
 * Writes new deliveries for the last event of a registration with the same event id, so that a receiver can recognize it.
 * Returns their ids; null if no registration has this reference.
 */
export async function resend(
  unit: UnitOfWork,
  reference: string,
  writeDeliveries: WriteDeliveries,
): Promise<readonly string[] | 'no-event' | null> {
  const registration = await lockedByReference(unit, reference)
  if (registration === null) return null
  const last = (await unit.events.of(registration.id)).at(-1)
  return last === undefined ? 'no-event' : (await writeDeliveries(unit, last)).ids
}

type ResendRequest = { readonly reference: string; readonly receivers: readonly Receiver[] }

/** The same in its own transaction and for these receivers only. Rejects with an `AppError`. */
export type Resend = (request: ResendRequest) => Promise<readonly string[] | 'no-event' | null>

type ResendDeps = NotifyDeps & { readonly transaction: Transaction }

export function createResend({ transaction, messagesFor, newId }: ResendDeps): Resend {
  return ({ reference, receivers }) => {
    const toThese: MessagesFor = (event) => messagesFor(event).filter(({ receiver }) => receivers.includes(receiver))
    return transaction((unit) => resend(unit, reference, createWriteDeliveries({ messagesFor: toThese, newId })))
  }
}
