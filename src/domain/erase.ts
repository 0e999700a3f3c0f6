import type { Notification, NotificationData } from './notification.ts'
import type { UnitOfWork } from './unit-of-work.ts'

/** What was erased: how many events, and how many messages that had not left. */
export type Erased = { readonly events: number; readonly rewritten: number; readonly ended: number }

export type Erasure = {
  readonly reference: string
  readonly at: Date
  /** The webhook's body for an event. */
  readonly webhookBody: (notification: Notification) => string
}

/**
 * Removes the contact details from a registration, its events and the messages that have not left. The row stays, with its AWS
 * account and license. Null when no registration has this reference.
 */
export async function erase(unit: UnitOfWork, { reference, at, webhookBody }: Erasure): Promise<Erased | null> {
  const found = await unit.registrations.findByReference(reference)
  if (found === null) return null
  // A form that is sent at this moment comes before, and is erased, or after, and is new.
  await unit.lock(`registration ${found.id}`)
  const registration = await unit.registrations.find(found.id)
  if (registration === null) return null
  await unit.registrations.updateContact({ ...registration, contact: null, updatedAt: at })
  let rewritten = 0
  const events = (await unit.events.of(registration.id)).filter(({ data }) => holdsContact(data))
  for (const event of events) {
    const erased = { ...event, data: withoutContact(event.data) }
    await unit.events.updateData(erased)
    rewritten += await unit.deliveries.rewrite(event.id, webhookBody(erased))
  }
  return { events: events.length, rewritten, ended: await unit.deliveries.endMails(registration.id) }
}

const nothing = { email: null, name: null, company: null, phone: null }

function holdsContact({ registration, previous }: NotificationData): boolean {
  return (previous ?? null) !== null || (registration?.email ?? null) !== null
}

function withoutContact(data: NotificationData): NotificationData {
  const { registration, previous } = data
  return {
    ...data,
    ...(registration === undefined || registration === null ? {} : { registration: { ...registration, ...nothing } }),
    ...(previous === undefined ? {} : { previous: null }),
  }
}
