import { createHmac } from 'node:crypto'
import type { Notification } from '../domain/notification.ts'
import type { Attempt, Message, Send } from '../domain/delivery.ts'
import { reasonOf } from './reason.ts'

export type WebhookSettings = {
  /** Without user and password. */
  readonly url: string
  /** The header `Authorization`, when the receiver wants a user and a password. */
  readonly authorization: string | null
  /** `whsec_` and base64. While they rotate, each signs. */
  readonly secrets: readonly string[]
}

/** Source: the Standard Webhooks specification. */
const deadlineMs = 15_000

/** The webhook's message: body and signed text as Standard Webhooks has them. */
export function webhookMessage({ type, occurredAt, data }: Notification): Message {
  const body = JSON.stringify({ type, timestamp: occurredAt.toISOString(), data })
  return { receiver: 'webhook', recipient: null, audience: 'seller', body }
}

/** POSTs messages by Standard Webhooks. `now` stamps the attempt. */
export function createWebhook({ url, authorization, secrets }: WebhookSettings, now: () => Date): Send {
  const keys = secrets.map((secret) => Buffer.from(secret.slice('whsec_'.length), 'base64'))
  return async ({ eventId, body }) => {
    const timestamp = String(Math.floor(now().getTime() / 1000))
    const signatures = keys.map((key) => `v1,${signature(key, `${eventId}.${timestamp}.${body}`)}`)
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'marketplace-landing',
          ...(authorization === null ? {} : { authorization }),
          'webhook-id': eventId,
          'webhook-timestamp': timestamp,
          'webhook-signature': signatures.join(' '),
        },
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(deadlineMs),
      })
      // What it says does not matter, and may have no end.
      await answer.body?.cancel()
      return attemptOf(answer, now())
    } catch (error) {
      return { outcome: 'failed', reason: reasonOf(error), retryAfterMs: null }
    }
  }
}

function signature(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64')
}

function attemptOf({ status, headers }: Response, now: Date): Attempt {
  if (status >= 200 && status < 300) return { outcome: 'sent' }
  const reason = `HTTP ${String(status)}`
  if (status === 410) return { outcome: 'refused', reason }
  const heeded = status === 429 || status === 503
  return { outcome: 'failed', reason, retryAfterMs: heeded ? retryAfterMs(headers.get('retry-after'), now) : null }
}

/** Seconds or a date, in milliseconds from now. */
function retryAfterMs(value: string | null, now: Date): number | null {
  if (value === null) return null
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000
  const ms = Date.parse(value) - now.getTime()
  return Number.isNaN(ms) ? null : Math.max(0, ms)
}
