import { randomUUID } from 'node:crypto'
import { createWriteDeliveries } from '../../domain/notify.ts'
import { registrationData, type Notification } from '../../domain/notification.ts'
import type { MessagesFor } from '../../domain/delivery.ts'
import type { UnitOfWork } from '../../domain/unit-of-work.ts'
import type { Registration } from '../../domain/registration.ts'
import { UsageError } from '../usage-error.ts'

/** Writes new deliveries in a unit of work. Returns their ids, or why there are none. */
export type Write = (unit: UnitOfWork) => Promise<readonly string[] | UsageError>

/** The last event of a registration again, under its own id: a receiver that has it already knows it. */
export function resend(reference: string, messagesFor: MessagesFor): Write {
  const writeDeliveries = createWriteDeliveries({ messagesFor, newId: randomUUID })
  return async (unit) => {
    const registration = await unit.registrations.findByReference(reference)
    if (registration === null) return new UsageError(`No registration has the reference ${reference}.`)
    const last = (await unit.events.of(registration.id)).at(-1)
    if (last !== undefined) return writeDeliveries(unit, last)
    if (registration.status === 'landed')
      return new UsageError(`${reference} has not registered: there is nothing to tell yet.`)
    return writeDeliveries(unit, await firstEvent(unit, registration))
  }
}

/** For one who registered before there were events. */
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

/** An event that tells nothing, to see that each receiver gets it. */
export function test(messagesFor: MessagesFor): Write {
  const writeDeliveries = createWriteDeliveries({ messagesFor, newId: randomUUID })
  return async (unit) => {
    const notification: Notification = {
      ...{ id: randomUUID(), type: 'test', occurredAt: new Date() },
      ...{ registrationId: null, data: {} },
    }
    await unit.events.insert(notification)
    return writeDeliveries(unit, notification)
  }
}
