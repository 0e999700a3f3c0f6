import type { Message } from './delivery.ts'
import type { NotificationType } from './notification.ts'

/** A delivery as the console shows it. */
export type ShownDelivery = Pick<Message, 'receiver' | 'audience'> & {
  readonly id: string
  readonly type: NotificationType
  /** Null for the webhook, and once it is sent or erased. */
  readonly recipient: string | null
  readonly state: 'pending' | 'sent' | 'dead'
  readonly attempts: number
  readonly createdAt: Date
  readonly dueAt: Date
  readonly lastAttemptAt: Date | null
  /** From a fixed list, which docs/notifications.md explains. */
  readonly lastError: string | null
}

/** Every method rejects with an `AppError`. */
export type ConsoleDeliveries = {
  /** Of a registration, the newest first. */
  readonly of: (registrationId: string) => Promise<readonly ShownDelivery[]>
  /** Makes a delivery that is pending or dead due now. False where it was sent, or is being sent at this moment. */
  readonly retry: (id: string) => Promise<boolean>
}
