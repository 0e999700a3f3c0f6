import { randomUUID } from 'node:crypto'
import { createWriteDeliveries } from '../../domain/notify.ts'
import { registrationData, type Notification } from '../../domain/notification.ts'
import type { MessagesFor } from '../../domain/delivery.ts'
import type { UnitOfWork } from '../../domain/unit-of-work.ts'
import type { Registration } from '../../domain/registration.ts'
import { UsageError } from '../usage-error.ts'

/** Writes new deliveries in a transaction. Returns their ids, or the reason why there are none. */
export type Write = (unit: UnitOfWork) => Promise<readonly string[] | UsageError>

/** Writes the last event of a registration again, under its own id, so that a receiver can recognize it. */
export function resend(reference: string, messagesFor: MessagesFor): Write {
  const writeDeliveries = createWriteDeliveries({ messagesFor, newId: randomUUID })
  return async (unit) => {
    const registration = await unit.registrations.findByReference(reference)
    if (registration === null) return new UsageError(`No registration has the reference ${reference}.`)
    const last = (await unit.events.of(registration.id)).at(-1)
    if (last !== undefined) return writeDeliveries(unit, last)
    if (registration.status === 'landed')
      return new UsageError(`${reference} has not registered: there is nothing to send yet.`)
    return writeDeliveries(unit, await firstEvent(unit, registration))
  }
}

/** Writes the event of a registration that has none. */
async function firstEvent(unit: UnitOfWork, registration: Registration): Promise<Notification> {
  const notification: Notification = {
    id: randomUUID(),
    type: 'registration.completed',
    occurredAt: registration.registeredAt ?? registration.updatedAt,
    registrationId: registration.id,
    data: { registration: registrationData(registration) },
  }
  await unit.events.insert(notification)
  return notification
}

/** Writes an event without data, to see that each receiver gets it. */
export function test(messagesFor: MessagesFor, now: () => Date): Write {
  const writeDeliveries = createWriteDeliveries({ messagesFor, newId: randomUUID })
  return async (unit) => {
    const notification: Notification = {
      ...{ id: randomUUID(), type: 'test', occurredAt: now() },
      ...{ registrationId: null, data: {} },
    }
    await unit.events.insert(notification)
    return writeDeliveries(unit, notification)
  }
}
