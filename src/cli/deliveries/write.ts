import { randomUUID } from 'node:crypto'
import { createWriteDeliveries } from '../../domain/notify.ts'
import { createResend } from '../../domain/resend.ts'
import type { Notification } from '../../domain/notification.ts'
import { receivers, type MessagesFor } from '../../domain/delivery.ts'
import type { Transaction } from '../../domain/unit-of-work.ts'
import { UsageError } from '../usage-error.ts'

/** Writes new deliveries. Returns their ids, or a `UsageError` if there are none. */
export type Write = (transaction: Transaction) => Promise<readonly string[] | UsageError>

/** Writes new deliveries for the last event of a registration. */
export function resendLast(reference: string, messagesFor: MessagesFor): Write {
  return async (transaction) => {
    // The command prints what was withheld.
    const resend = createResend({ transaction, messagesFor, newId: randomUUID, onWithheld: () => undefined })
    const resent = await resend({ reference, receivers })
    if (resent === null) return new UsageError(`No registration has the reference ${reference}.`)
    if (resent === 'no-event') return new UsageError(`${reference} has no event yet: there is nothing to send.`)
    if (resent.ids.length === 0 && resent.withheld !== null)
      return new UsageError('Nothing to send: the daily limit of mails to this buyer is reached.')
    return resent.ids
  }
}

/** Writes a `test` event for every receiver. */
export function test(messagesFor: MessagesFor, now: () => Date): Write {
  const writeDeliveries = createWriteDeliveries({ messagesFor, newId: randomUUID })
  return (transaction) =>
    transaction(async (unit) => {
      const notification: Notification = {
        id: randomUUID(),
        type: 'test',
        occurredAt: now(),
        registrationId: null,
        actor: 'cli',
        data: {},
      }
      await unit.events.insert(notification)
      return (await writeDeliveries(unit, notification)).ids
    })
}
