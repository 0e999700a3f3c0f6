import { mailboxKey } from './mailbox.ts'
import { isWhole, type Notification, type NotificationData, type NotificationType } from './notification.ts'
import type { Message, MessagesFor } from './delivery.ts'
import type { UnitOfWork } from './unit-of-work.ts'

const dayMs = 24 * 60 * 60_000
/** The limits of mails to buyers per day, because somebody may repeatedly type another person's address. */
const mostMails = { toMailbox: 3, forRegistration: 6 }

export type NotifyDeps = {
  readonly messagesFor: MessagesFor
  /** A UUID. */
  readonly newId: () => string
}

type NewNotification = {
  readonly type: NotificationType
  readonly at: Date
  readonly registrationId: string | null
  /** See `Notification`. */
  readonly actor: string
  readonly data: NotificationData
}

type Written = {
  /** The ids of the deliveries that were written. */
  readonly ids: readonly string[]
  /** The number of mails to buyers that were withheld because of the daily limits. */
  readonly withheld: number
}

/** Mails to a buyer that were withheld because of the daily limits. */
export type WithheldMails = { readonly eventId: string; readonly registrationId: string; readonly mails: number }

/** Stores an event with a delivery for each receiver, in the transaction of the change that it reports. */
export type Notify = (unit: UnitOfWork, about: NewNotification) => Promise<Notification & Pick<Written, 'withheld'>>

export function createNotify({ messagesFor, newId }: NotifyDeps): Notify {
  return async (unit, { at, ...about }) => {
    const notification = { id: newId(), occurredAt: at, ...about }
    await unit.events.insert(notification)
    const messages = messagesFor(notification)
    const { withheld } = await write(unit, notification, { messages, newId, mayWithhold: isLimited })
    return { ...notification, withheld }
  }
}

/** Writes a delivery for each receiver of an existing event. Every mail to a buyer is subject to the limits. */
type WriteDeliveries = (unit: UnitOfWork, notification: Notification) => Promise<Written>

export function createWriteDeliveries({ messagesFor, newId }: NotifyDeps): WriteDeliveries {
  return (unit, notification) =>
    write(unit, notification, { messages: messagesFor(notification), newId, mayWithhold: () => true })
}

type Writing = {
  readonly messages: readonly Message[]
  readonly newId: () => string
  readonly mayWithhold: (notification: Notification, recipient: string) => boolean
}

async function write(unit: UnitOfWork, notification: Notification, writing: Writing): Promise<Written> {
  const { messages, newId, mayWithhold } = writing
  await lockMailboxes(unit, messages)
  const ids: string[] = []
  let withheld = 0
  for (const message of messages) {
    const buyer = message.audience === 'buyer' ? message.recipient : null
    if (buyer !== null && mayWithhold(notification, buyer) && (await isOverLimit(unit, notification, buyer))) {
      withheld += 1
      continue
    }
    const id = newId()
    await unit.deliveries.insert(id, notification, message)
    ids.push(id)
  }
  return { ids, withheld }
}

/**
 * The first confirmation, the notice to a replaced address and `ready` are always sent. Otherwise another person's registrations
 * with the same address could suppress them.
 */
function isLimited({ type, data: { registration, previous } }: Notification, recipient: string): boolean {
  if (type === 'registration.completed' || type === 'registration.ready') return false
  const current = isWhole(registration) ? registration.email : null
  const [before, now] = [previous?.email, current].map((email) => (email ? mailboxKey(email) : null))
  return before === now || mailboxKey(recipient) !== before
}

/** Locks in sorted order, because two registrations that swap their addresses would otherwise deadlock. */
async function lockMailboxes(unit: UnitOfWork, messages: readonly Message[]): Promise<void> {
  const mailboxes = messages.flatMap(({ audience, recipient }) =>
    audience === 'buyer' && recipient !== null ? [mailboxKey(recipient)] : [],
  )
  for (const mailbox of [...new Set(mailboxes)].sort()) await unit.lock(`mail ${mailbox}`)
}

/** Requires the lock on the mailbox. */
async function isOverLimit(
  unit: UnitOfWork,
  { registrationId, occurredAt }: Notification,
  address: string,
): Promise<boolean> {
  if (registrationId === null) return false
  const since = new Date(occurredAt.getTime() - dayMs)
  const { toMailbox, forRegistration } = await unit.deliveries.countMails(address, registrationId, since)
  return toMailbox >= mostMails.toMailbox || forRegistration >= mostMails.forRegistration
}
