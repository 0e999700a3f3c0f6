import type { Notification, NotificationData, NotificationType } from './notification.ts'
import type { Message, MessagesFor } from './delivery.ts'
import type { UnitOfWork } from './unit-of-work.ts'

const dayMs = 24 * 60 * 60_000
/** Mails to buyers in a day. Somebody may type another person's address, again and again. */
const mostMails = { toAddress: 3, forRegistration: 6 }

export type NotifyDeps = {
  readonly messagesFor: MessagesFor
  /** A UUID. */
  readonly newId: () => string
}

export type NewNotification = {
  readonly type: NotificationType
  readonly at: Date
  readonly registrationId: string | null
  /** See `Notification`. */
  readonly actor: string
  readonly data: NotificationData
}

/** Stores an event with a delivery for each receiver, in the transaction of what it reports. */
export type Notify = (unit: UnitOfWork, notification: NewNotification) => Promise<Notification>

export function createNotify(deps: NotifyDeps): Notify {
  const { newId } = deps
  const writeDeliveries = createWriteDeliveries(deps)
  return async (unit, { at, ...about }) => {
    const notification = { id: newId(), occurredAt: at, ...about }
    await unit.events.insert(notification)
    await writeDeliveries(unit, notification)
    return notification
  }
}

/** Writes a delivery for each receiver of an event, whatever was written for it before. Returns their ids. */
export type WriteDeliveries = (unit: UnitOfWork, notification: Notification) => Promise<readonly string[]>

export function createWriteDeliveries({ messagesFor, newId }: NotifyDeps): WriteDeliveries {
  return async (unit, notification) => {
    const ids: string[] = []
    const messages = messagesFor(notification)
    await lockAddresses(unit, messages)
    for (const message of messages) {
      if (message.audience === 'buyer' && !(await mayMail(unit, notification, message.recipient))) continue
      const id = newId()
      await unit.deliveries.insert(id, notification, message)
      ids.push(id)
    }
    return ids
  }
}

/** In one order, for two registrations that swap their addresses would wait for each other. */
async function lockAddresses(unit: UnitOfWork, messages: readonly Message[]): Promise<void> {
  const addresses = messages.flatMap(({ audience, recipient }) =>
    audience === 'buyer' && recipient !== null ? [recipient.toLowerCase()] : [],
  )
  for (const address of [...new Set(addresses)].sort()) await unit.lock(`mail ${address}`)
}

/** The address is locked. */
async function mayMail(
  unit: UnitOfWork,
  { registrationId, occurredAt }: Notification,
  address: string | null,
): Promise<boolean> {
  if (address === null || registrationId === null) return true
  const written = await unit.deliveries.countMails(address, registrationId, new Date(occurredAt.getTime() - dayMs))
  return written.toAddress < mostMails.toAddress && written.forRegistration < mostMails.forRegistration
}
