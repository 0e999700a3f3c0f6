import type { Delivery, DeliveryAttempt } from '../domain/delivery.ts'
import type { WithheldMails } from '../domain/notify.ts'

type Log = Readonly<Record<'info' | 'warn' | 'error', (fields: object, message: string) => void>>

const deadHint =
  'Fix the receiver (docs/notifications.md explains the reason), then send it again: npm run deliveries -- --retry ID (or all)'

/** Logs that mails to a buyer were withheld. */
export function logWithheld(log: Log): (withheld: WithheldMails) => void {
  return (withheld) => {
    log.warn({ event: 'delivery.withheld', receiver: 'mail', ...withheld }, 'not sent: too many mails in a day')
  }
}

/** Logs each attempt, without body and recipient. */
export function logAttempts(log: Log): (delivery: Delivery, attempt: DeliveryAttempt) => void {
  return ({ id, eventId, receiver, registrationId, attempts }, attempt) => {
    const known = { deliveryId: id, eventId, receiver, registrationId, attempts }
    switch (attempt.outcome) {
      case 'sent':
        log.info({ event: 'delivery.sent', ...known }, 'delivered')
        return
      case 'failed': {
        const { reason, pauseMs } = attempt
        log.warn({ event: 'delivery.failed', ...known, reason, nextAttemptInMs: pauseMs }, 'not delivered yet')
        return
      }
      case 'dead':
        log.error({ event: 'delivery.dead', ...known, reason: attempt.reason, hint: deadHint }, 'not delivered')
    }
  }
}
