import type { MessagesFor, Receiver } from './delivery.ts'
import { lockedByReference } from './locked-registration.ts'
import { createWriteDeliveries, type NotifyDeps, type WithheldMails, type WriteDeliveries } from './notify.ts'
import type { Transaction, UnitOfWork } from './unit-of-work.ts'

/** The ids of the new deliveries, and the mails that were withheld. */
type Resent = { readonly ids: readonly string[]; readonly withheld: WithheldMails | null }

/**
 * Writes new deliveries for the last event of a registration with the same event id, so that a receiver can recognize it.
 * Null if no registration has this reference.
 */
export async function resend(
  unit: UnitOfWork,
  reference: string,
  writeDeliveries: WriteDeliveries,
): Promise<Resent | 'no-event' | null> {
  const registration = await lockedByReference(unit, reference)
  if (registration === null) return null
  const last = (await unit.events.of(registration.id)).at(-1)
  if (last === undefined) return 'no-event'
  const { ids, withheld } = await writeDeliveries(unit, last)
  const mails = { eventId: last.id, registrationId: registration.id, mails: withheld }
  return { ids, withheld: withheld === 0 ? null : mails }
}

type ResendRequest = { readonly reference: string; readonly receivers: readonly Receiver[] }

/** The same in its own transaction and for these receivers only. Rejects with an `AppError`. */
export type Resend = (request: ResendRequest) => Promise<Resent | 'no-event' | null>

type ResendDeps = NotifyDeps & {
  readonly transaction: Transaction
  /** Called after the commit if mails were withheld because of the daily limits. */
  readonly onWithheld: (withheld: WithheldMails) => void
}

export function createResend({ transaction, messagesFor, newId, onWithheld }: ResendDeps): Resend {
  return async ({ reference, receivers }) => {
    const toThese: MessagesFor = (event) => messagesFor(event).filter(({ receiver }) => receivers.includes(receiver))
    const writeDeliveries = createWriteDeliveries({ messagesFor: toThese, newId })
    const resent = await transaction((unit) => resend(unit, reference, writeDeliveries))
    if (resent !== null && resent !== 'no-event' && resent.withheld !== null) onWithheld(resent.withheld)
    return resent
  }
}
