import type { Message } from './delivery.ts'
import type { NotificationType } from './notification.ts'

/** A delivery in the console. */
export type ShownDelivery = Pick<Message, 'receiver' | 'audience'> & {
  readonly id: string
  readonly type: NotificationType
  /** Null for the webhook, and once the mail is sent or erased. */
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
  /** The deliveries of a registration, newest first. */
  readonly of: (registrationId: string) => Promise<readonly ShownDelivery[]>
  /** Makes a pending or dead delivery due now. False if it was sent or is being sent. */
  readonly retry: (id: string) => Promise<boolean>
}
