import type { MessagesFor } from './delivery.ts'
import { lockedByReference } from './locked-registration.ts'
import type { Notify, WithheldMails } from './notify.ts'
import type { Registration } from './registration.ts'
import type { DataOfRegistration } from './registration-notification.ts'
import type { Transaction, UnitOfWork } from './unit-of-work.ts'

const dayMs = 24 * 60 * 60_000
/** The limit of repeated `registration.ready` mails per day. */
const mostRepeated = 3

type ReadyMark = {
  readonly reference: string
  /** The URL where the buyer uses the product. Undefined keeps the stored value, null clears it. */
  readonly url?: string | null | undefined
  /** Plain text for the buyer. Undefined keeps the stored value, null clears it. */
  readonly message?: string | null | undefined
  /** Sends the mail again if access is already ready. The first time, the mail is always sent. */
  readonly repeatMail: boolean
  readonly actor: string
  readonly at: Date
}

export type Marked =
  | {
      readonly outcome: 'marked' | 'updated'
      readonly registration: Registration
      /** `withheld`: the daily limit of mails is reached. `none`: no mail was due, or mail is not configured. */
      readonly mail: 'queued' | 'withheld' | 'none'
    }
  | { readonly outcome: 'not-found' }
  /** The buyer has landed, but has not registered. */
  | { readonly outcome: 'not-registered' }

/**
 * Marks access as ready. The first call sets `ready_at` and `ready_by` and notifies the seller and the buyer in the same
 * transaction. Later calls only change the link and the message, and send the buyer a mail on request. Rejects with an `AppError`.
 */
export type MarkReady = (mark: ReadyMark) => Promise<Marked>

type MarkReadyDeps = {
  readonly transaction: Transaction
  readonly notify: Notify
  readonly messagesFor: MessagesFor
  readonly dataOfRegistration: DataOfRegistration
  /** A UUID. */
  readonly newId: () => string
  /** Called after the commit if the mail was withheld because of the daily limit. */
  readonly onWithheld: (withheld: WithheldMails) => void
}

export function createMarkReady({
  transaction,
  notify,
  dataOfRegistration,
  messagesFor,
  newId,
  onWithheld,
}: MarkReadyDeps): MarkReady {
  return async (mark) => {
    const { marked, withheld } = await transaction((unit) => markReady(unit, mark))
    if (withheld !== null) onWithheld(withheld)
    return marked
  }

  async function markReady(unit: UnitOfWork, mark: ReadyMark): Promise<Done> {
    const before = await lockedByReference(unit, mark.reference)
    if (before === null) return { marked: { outcome: 'not-found' }, withheld: null }
    if (before.status !== 'registered') return { marked: { outcome: 'not-registered' }, withheld: null }
    const { at, actor, url = before.readyUrl, message = before.readyMessage } = mark
    const isFirst = before.readyAt === null
    const registration: Registration = {
      ...before,
      readyAt: before.readyAt ?? at,
      readyBy: before.readyBy ?? actor,
      readyUrl: url,
      readyMessage: message,
    }
    const isChanged = isFirst || url !== before.readyUrl || message !== before.readyMessage
    const stored = isChanged ? { ...registration, updatedAt: at } : registration
    if (isChanged) await unit.registrations.updateReady(stored)
    if (!isFirst) {
      const repeated = mark.repeatMail ? await repeatMail(unit, stored, at) : noMail
      return { marked: { outcome: 'updated', registration: stored, mail: repeated.mail }, withheld: repeated.withheld }
    }
    const data = await dataOfRegistration(unit, stored)
    const event = await notify(unit, { type: 'registration.ready', at, registrationId: stored.id, actor, data })
    const isMailed = messagesFor(event).some(({ audience }) => audience === 'buyer')
    return { marked: { outcome: 'marked', registration: stored, mail: isMailed ? 'queued' : 'none' }, withheld: null }
  }

  /** Sends the buyer's mail of the stored event again, with the current link and message. */
  async function repeatMail(unit: UnitOfWork, registration: Registration, at: Date): Promise<Repeated> {
    const event = (await unit.events.of(registration.id)).find(({ type }) => type === 'registration.ready')
    if (event === undefined) return noMail
    const since = new Date(at.getTime() - dayMs)
    const repeated = { ...event, data: await dataOfRegistration(unit, registration) }
    const mails = messagesFor(repeated).filter(({ audience }) => audience === 'buyer')
    if (mails.length === 0) return noMail
    const allowed = mostRepeated + (event.occurredAt > since ? 1 : 0)
    if ((await unit.deliveries.countMailsOfEvent(event.id, since)) >= allowed) {
      const withheld = { eventId: event.id, registrationId: registration.id, mails: mails.length }
      return { mail: 'withheld', withheld }
    }
    for (const mail of mails) await unit.deliveries.insert(newId(), repeated, mail)
    return { mail: 'queued', withheld: null }
  }
}

type Done = { readonly marked: Marked; readonly withheld: WithheldMails | null }
type Repeated = { readonly mail: 'queued' | 'withheld' | 'none'; readonly withheld: WithheldMails | null }

const noMail: Repeated = { mail: 'none', withheld: null }
