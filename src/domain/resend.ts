import type { MessagesFor, Receiver } from './delivery.ts'
import { lockedByReference } from './locked-registration.ts'
import { createWriteDeliveries, type NotifyDeps, type WithheldMails } from './notify.ts'
import type { Transaction, UnitOfWork } from './unit-of-work.ts'

/** The ids of the new deliveries, and the mails that were withheld. */
type Resent = { readonly ids: readonly string[]; readonly withheld: WithheldMails | null }

type ResendRequest = { readonly reference: string; readonly receivers: readonly Receiver[] }

/**
 * Writes new deliveries to these receivers for the last event of a registration. They keep the event's id, so that a receiver can
 * recognize it. Null if no registration has this reference. Rejects with an `AppError`.
 */
export type Resend = (request: ResendRequest) => Promise<Resent | 'no-event' | null>

type ResendDeps = NotifyDeps & {
  readonly transaction: Transaction
  /** Called after the commit if mails were withheld because of the daily limits. */
  readonly onWithheld: (withheld: WithheldMails) => void
}

export function createResend({ transaction, messagesFor, newId, onWithheld }: ResendDeps): Resend {
  return async (request) => {
    const resent = await transaction((unit) => resend(unit, request))
    if (resent !== null && resent !== 'no-event' && resent.withheld !== null) onWithheld(resent.withheld)
    return resent
  }

  async function resend(unit: UnitOfWork, { reference, receivers }: ResendRequest) {
    const registration = await lockedByReference(unit, reference)
    if (registration === null) return null
    const last = (await unit.events.of(registration.id)).at(-1)
    if (last === undefined) return 'no-event'
    const toThese: MessagesFor = (event) => messagesFor(event).filter(({ receiver }) => receivers.includes(receiver))
    const { ids, withheld } = await createWriteDeliveries({ messagesFor: toThese, newId })(unit, last)
    const mails = { eventId: last.id, registrationId: registration.id, mails: withheld }
    return { ids, withheld: withheld === 0 ? null : mails }
  }
}
