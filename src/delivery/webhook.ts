import { createHmac } from 'node:crypto'
import type { Dispatcher } from 'undici'
import type { Notification } from '../domain/notification.ts'
import type { Attempt, Message, Send } from '../domain/delivery.ts'
import { createDispatcher } from '../outgoing.ts'
import { reasonOf } from './reason.ts'

export type WebhookSettings = {
  /** Without user and password. */
  readonly url: string
  /** The header `Authorization`, if the URL has a user and a password. */
  readonly authorization: string | null
  /** `whsec_` and base64. With several, each one signs, for rotation. */
  readonly secrets: readonly string[]
}

/** Source: the Standard Webhooks specification. */
const deadlineMs = 15_000
/** The number of deliveries that are sent concurrently. */
const maxSockets = 20
/** The limit of a response body, in bytes. */
const longestRead = 16 * 1024

/** The webhook's message: body and signed content as in Standard Webhooks. */
export function webhookMessage({ type, occurredAt, data }: Notification): Message {
  const body = JSON.stringify({ type, timestamp: occurredAt.toISOString(), data })
  return { receiver: 'webhook', recipient: null, audience: 'seller', body }
}

/** Sends messages as in Standard Webhooks. `now` is the time of the attempt. */
export function createWebhook({ url, authorization, secrets }: WebhookSettings, now: () => Date): Send {
  const keys = secrets.map((secret) => Buffer.from(secret.slice('whsec_'.length), 'base64'))
  const { origin, pathname, search } = new URL(url)
  const dispatcher = createDispatcher({ maxSockets, waitMs: deadlineMs })
  return async ({ eventId, body }) => {
    const timestamp = String(Math.floor(now().getTime() / 1000))
    const signatures = keys.map((key) => `v1,${signature(key, `${eventId}.${timestamp}.${body}`)}`)
    try {
      const answer = await dispatcher.request({
        origin,
        path: `${pathname}${search}`,
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
        signal: AbortSignal.timeout(deadlineMs),
      })
      // Only the status matters. A short body is read to the end so that the connection can be reused.
      answer.body.dump({ limit: longestRead }).catch(() => undefined)
      return attemptOf(answer, now())
    } catch (error) {
      return { outcome: 'failed', reason: reasonOf(error), retryAfterMs: null }
    }
  }
}

function signature(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64')
}

type Answer = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers'>

function attemptOf({ statusCode, headers }: Answer, now: Date): Attempt {
  if (statusCode >= 200 && statusCode < 300) return { outcome: 'sent' }
  const reason = `HTTP ${String(statusCode)}${remarkOn({ statusCode, headers })}`
  if (statusCode === 410) return { outcome: 'refused', reason }
  const mayName = statusCode === 429 || statusCode === 503
  return { outcome: 'failed', reason, retryAfterMs: mayName ? retryAfterMs(text(headers['retry-after']), now) : null }
}

/** A note if Cloudflare answered instead of the receiver: it sends programs a challenge that only a browser can pass. */
function remarkOn({ statusCode, headers }: Answer): string {
  if (statusCode < 400) return ', redirects are not followed'
  if (text(headers['cf-mitigated']) === 'challenge') return ', challenge page of Cloudflare'
  return text(headers['server']).toLowerCase() === 'cloudflare' ? ' through Cloudflare' : ''
}

function text(header: string | string[] | undefined): string {
  return typeof header === 'string' ? header : (header?.[0] ?? '')
}

/** Parses `Retry-After` (seconds or a date) into milliseconds from now. */
function retryAfterMs(value: string, now: Date): number | null {
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000
  const ms = Date.parse(value) - now.getTime()
  return Number.isNaN(ms) ? null : Math.max(0, ms)
}
