import type { MessagesFor, Receiver, Send } from '../domain/delivery.ts'
import { createMailMessages, type MailContent } from './mail-messages.ts'
import { createMail, type Ses } from './mail.ts'
import type { Smtp } from './smtp.ts'
import { createWebhook, webhookMessage, type WebhookSettings } from './webhook.ts'

export type ReceiverSettings = {
  /** Null where there is none. */
  readonly webhook: WebhookSettings | null
  /** Null where there is none. */
  readonly mail: (MailContent & { readonly transport: Smtp | Ses }) | null
  readonly now: () => Date
}

export type Receivers = {
  readonly messagesFor: MessagesFor
  /** How to send to each configured receiver. */
  readonly senders: ReadonlyMap<Receiver, Send>
}

/** The configured receivers, and what is sent to them. */
export function createReceivers({ webhook, mail, now }: ReceiverSettings): Receivers {
  const senders = new Map<Receiver, Send>()
  if (webhook !== null) senders.set('webhook', createWebhook(webhook, now))
  if (mail !== null) senders.set('mail', createMail(mail.transport))
  return { messagesFor: createMessagesFor({ webhook, mail }), senders }
}

/** The messages for an event, without a way to send them. */
export function createMessagesFor({
  webhook,
  mail,
}: {
  readonly webhook: WebhookSettings | null
  readonly mail: MailContent | null
}): MessagesFor {
  const mailMessages = mail === null ? () => [] : createMailMessages(mail)
  return (notification) => [...(webhook === null ? [] : [webhookMessage(notification)]), ...mailMessages(notification)]
}
