import type { MessagesFor, Receiver, Send } from '../domain/delivery.ts'
import { createMailMessages, type MailContent } from './mail-messages.ts'
import { createMail, type Ses } from './mail.ts'
import type { Smtp } from './smtp.ts'
import { createWebhook, webhookMessage, type WebhookSettings } from './webhook.ts'

export type ReceiverSettings = {
  /** Null if not configured. */
  readonly webhook: WebhookSettings | null
  /** Null if not configured. */
  readonly mail: (MailContent & { readonly transport: Smtp | Ses }) | null
  readonly now: () => Date
}

type Receivers = {
  readonly messagesFor: MessagesFor
  /** Sends to each configured receiver. */
  readonly senders: ReadonlyMap<Receiver, Send>
}

/** Creates the configured receivers and the messages for them. */
export function createReceivers({ webhook, mail, now }: ReceiverSettings): Receivers {
  const senders = new Map<Receiver, Send>()
  if (webhook !== null) senders.set('webhook', createWebhook(webhook, now))
  if (mail !== null) senders.set('mail', createMail(mail.transport))
  return { messagesFor: createMessagesFor({ webhook, mail }), senders }
}

/** Creates the messages for an event without sending them. */
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
