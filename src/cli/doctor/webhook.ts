import { randomUUID } from 'node:crypto'
import { createWebhook, webhookMessage } from '../../delivery/webhook.ts'
import { failed, ok, skipped, type Finding } from './finding.ts'
import { receiverFix } from './receiver-fix.ts'
import type { Setup } from './setup.ts'

/** Sends an event of type `test` to the webhook, like any notification. */
export async function checkWebhook({ config: { webhook }, now }: Pick<Setup, 'config' | 'now'>): Promise<Finding> {
  if (webhook === null) return skipped('WEBHOOK_URL is not set: no webhook is notified')
  const { host } = new URL(webhook.url)
  const id = randomUUID()
  const event = { id, type: 'test', occurredAt: now(), registrationId: null, actor: 'cli', data: {} } as const
  const message = webhookMessage(event)
  const attempt = await createWebhook(webhook, now)({ ...message, id, eventId: id, registrationId: null, attempts: 1 })
  if (attempt.outcome === 'sent') return ok(`${host} accepted an event of type test`)
  return failed(`${host}: ${attempt.reason}`, fix(attempt.reason))
}

function fix(reason: string): string {
  const [, status = ''] = /^HTTP (\d{3})/.exec(reason) ?? []
  if (reason.includes('challenge page'))
    return 'Let Cloudflare pass this path without a challenge: add a rule that skips it.'
  return answers[status] ?? (status.startsWith('3') ? redirected : (receiverFix(reason, 'WEBHOOK_URL') ?? refused))
}

const redirected = 'Set WEBHOOK_URL to the address at the end of the redirect: redirects are not followed.'
const refused = "Look at the receiver's own log: it refused the event."
const unauthorized = 'Compare WEBHOOK_SECRET, and a user and password in WEBHOOK_URL, with what the receiver expects.'
const misplaced = 'Correct the path of WEBHOOK_URL: the receiver does not accept a POST there.'

const answers: Readonly<Record<string, string>> = {
  401: unauthorized,
  403: unauthorized,
  404: misplaced,
  405: misplaced,
  410: 'Correct WEBHOOK_URL: the receiver wants no more events there, so they are given up at once.',
}
