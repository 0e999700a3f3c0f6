import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

const toleranceSeconds = 5 * 60

/**
 * Whether a webhook is signed with one of the secrets. In Standard Webhooks, `v1` is the
 * HMAC-SHA256 of `id.timestamp.body`. A secret is `whsec_` and base64; several are separated by
 * commas.
 */
export function isSigned(headers: IncomingHttpHeaders, body: Buffer, secrets: string): boolean {
  const id = headers['webhook-id']
  const timestamp = headers['webhook-timestamp']
  const signatures = headers['webhook-signature']
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string') return false
  const ageSeconds = Math.abs(Date.now() / 1000 - Number(timestamp))
  if (!/^\d{1,12}$/.test(timestamp) || ageSeconds > toleranceSeconds) return false
  const expected = secrets.split(',').map((secret) => {
    const key = Buffer.from(secret.trim().replace(/^whsec_/, ''), 'base64')
    return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest()
  })
  return signatures
    .split(' ')
    .filter((signature) => signature.startsWith('v1,'))
    .map((signature) => Buffer.from(signature.slice(3), 'base64'))
    .some((given) => expected.some((right) => right.length === given.length && timingSafeEqual(right, given)))
}
