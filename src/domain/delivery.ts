import type { Notification } from './notification.ts'

/** Where a message is sent. */
export const receivers = ['webhook', 'mail'] as const
export type Receiver = (typeof receivers)[number]

/** A message to send. Its body and recipient do not change after it is written. */
export type Message = {
  readonly receiver: Receiver
  /** The mail address; null for the webhook. */
  readonly recipient: string | null
  /** Mails to buyers are few a day, for somebody may type another person's address. */
  readonly audience: 'seller' | 'buyer'
  readonly body: string
}

/** The messages for a notification, at least one for each configured receiver that it concerns. */
export type MessagesFor = (notification: Notification) => readonly Message[]

/** A message that this instance has claimed: no other instance sends it until the lease runs out. */
export type Delivery = Message & {
  /** UUID. */
  readonly id: string
  readonly eventId: string
  readonly registrationId: string | null
  /** This one included. */
  readonly attempts: number
}

export type Attempt =
  | { readonly outcome: 'sent' }
  | {
      readonly outcome: 'failed'
      /** From a fixed list, for the log and the list of deliveries: without secrets and contact details. */
      readonly reason: string
      /** The pause that the receiver asks for. */
      readonly retryAfterMs: number | null
    }
  /** The message is not sent again. */
  | { readonly outcome: 'refused'; readonly reason: string }

/** The result of an attempt, and what follows from it. */
export type DeliveryAttempt =
  | { readonly outcome: 'sent' }
  | { readonly outcome: 'failed'; readonly reason: string; readonly pauseMs: number }
  | { readonly outcome: 'dead'; readonly reason: string }

/** Sends one message. Never rejects. */
export type Send = (delivery: Delivery) => Promise<Attempt>

const seconds = 1_000
const minutes = 60 * seconds
const hours = 60 * minutes

/** The pauses after the first attempt, the second and so on. Source: the Standard Webhooks specification. */
export const retryScheduleMs: readonly number[] = [
  ...[5 * seconds, 5 * minutes, 30 * minutes],
  ...[2, 5, 10, 14, 20, 24].map((count) => count * hours),
]

const longestRetryAfterMs = 24 * hours
const jitter = 0.1

/** How long until the next attempt, in milliseconds; null when there is none left. `random` is from 0 to 1. */
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

/** The stored messages, for operations that write an event or erase one. */
export type DeliveryRows = {
  /** Due at once. */
  readonly insert: (id: string, notification: Notification, message: Message) => Promise<void>
  /** Replaces the webhook's body of an event where it has not left. Returns how many. */
  readonly rewrite: (eventId: string, body: string) => Promise<number>
  /** Removes the mails of a registration that have not left, and what is kept of their addresses. Returns how many. */
  readonly endMails: (registrationId: string) => Promise<number>
  /** Whether a mail to this address was written for a buyer's registration and did not fail for good. */
  readonly hasMail: (registrationId: string, address: string) => Promise<boolean>
  /** How many mails to buyers were written for an event since then. */
  readonly countMailsOfEvent: (eventId: string, since: Date) => Promise<number>
  /** How many mails to buyers were written since: to the mailbox of this address, and for this registration. */
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
