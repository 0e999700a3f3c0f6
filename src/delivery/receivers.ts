import type { MessagesFor, Receiver, Send } from '../domain/delivery.ts'
import { createWebhook, webhookMessage, type WebhookSettings } from './webhook.ts'

export type ReceiverSettings = {
  /** Null where there is none. */
  readonly webhook: WebhookSettings | null
  readonly now: () => Date
}

export type Receivers = {
  readonly messagesFor: MessagesFor
  /** How each configured receiver is reached. */
  readonly senders: ReadonlyMap<Receiver, Send>
}

/** Whoever is told, by the configuration. */
export function createReceivers({ webhook, now }: ReceiverSettings): Receivers {
  const senders = new Map<Receiver, Send>()
  if (webhook !== null) senders.set('webhook', createWebhook(webhook, now))
  return {
    messagesFor: (announcement) => (webhook === null ? [] : [webhookMessage(announcement)]),
    senders,
  }
}
