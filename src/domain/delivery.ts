import type { Notification } from './notification.ts'

/** The destination of a message. */
export const receivers = ['webhook', 'mail'] as const
export type Receiver = (typeof receivers)[number]

/** A message to send. Its body and recipient do not change after it is written. */
export type Message = {
  readonly receiver: Receiver
  /** The email address; null for the webhook. */
  readonly recipient: string | null
  /** Mails to buyers are limited per day, because the address may belong to another person. */
  readonly audience: 'seller' | 'buyer'
  readonly body: string
}

/** Creates the messages for a notification, at least one for each configured receiver that gets it. */
export type MessagesFor = (notification: Notification) => readonly Message[]

/** A message that this instance has claimed. No other instance sends it until the lease expires. */
export type Delivery = Message & {
  /** UUID. */
  readonly id: string
  readonly eventId: string
  readonly registrationId: string | null
  /** The number of attempts, including this one. */
  readonly attempts: number
}

export type Attempt =
  | { readonly outcome: 'sent' }
  | {
      readonly outcome: 'failed'
      /** A fixed text without secrets and contact details, for the log and the list of deliveries. */
      readonly reason: string
      /** The pause that the receiver requested. */
      readonly retryAfterMs: number | null
    }
  /** The message will not be sent again. */
  | { readonly outcome: 'refused'; readonly reason: string }

/** The result of an attempt and the next step. */
export type DeliveryAttempt =
  | { readonly outcome: 'sent' }
  | { readonly outcome: 'failed'; readonly reason: string; readonly pauseMs: number }
  | { readonly outcome: 'dead'; readonly reason: string }

/** Sends one message. Never rejects. */
export type Send = (delivery: Delivery) => Promise<Attempt>

const seconds = 1_000
const minutes = 60 * seconds
const hours = 60 * minutes

/** The pauses after each attempt. Source: the Standard Webhooks specification. */
export const retryScheduleMs: readonly number[] = [
  5 * seconds,
  5 * minutes,
  30 * minutes,
  ...[2, 5, 10, 14, 20, 24].map((count) => count * hours),
]

const longestRetryAfterMs = 24 * hours
const jitter = 0.1

/** The pause before the next attempt in milliseconds; null after the last one. `random` is from 0 to 1. */
export function nextPauseMs(
  schedule: readonly number[],
  attempts: number,
  { retryAfterMs, random }: { readonly retryAfterMs: number | null; readonly random: number },
): number | null {
  const planned = schedule[attempts - 1]
  if (planned === undefined) return null
  const spread = planned * (1 + jitter * (2 * random - 1))
  return Math.round(Math.max(spread, Math.min(retryAfterMs ?? 0, longestRetryAfterMs)))
}

/** The stored messages, for operations that write or erase an event. */
export type DeliveryRows = {
  /** Inserts messages that are due at once. */
  readonly insert: (id: string, notification: Notification, message: Message) => Promise<void>
  /** Replaces the webhook body of an event in unsent messages. Returns their number. */
  readonly rewrite: (eventId: string, body: string) => Promise<number>
  /** Removes the unsent mails of a registration, and the hashes of all its addresses. Returns the number of mails. */
  readonly endMails: (registrationId: string) => Promise<number>
  /** True if a mail to this address was written for the registration and was not given up. */
  readonly hasMail: (registrationId: string, address: string) => Promise<boolean>
  /** The number of mails to buyers that were written for an event since this time. */
  readonly countMailsOfEvent: (eventId: string, since: Date) => Promise<number>
  /** The numbers of mails to buyers since this time: to the mailbox of this address, and for this registration. */
  readonly countMails: (
    address: string,
    registrationId: string,
    since: Date,
  ) => Promise<{ readonly toMailbox: number; readonly forRegistration: number }>
}

/** The stored messages, for the job that sends them. Every method rejects with an `AppError`. */
export type Outbox = {
  /** Claims up to `limit` due messages for this instance; the lease lasts 60 seconds. */
  readonly claim: (receiver: Receiver, limit: number) => Promise<readonly Delivery[]>
  readonly markSent: (delivery: Delivery) => Promise<void>
  readonly markFailed: (delivery: Delivery, reason: string, pauseMs: number) => Promise<void>
  readonly markDead: (delivery: Delivery, reason: string) => Promise<void>
}
