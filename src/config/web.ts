import type { z } from 'zod'
import { listenAddress, text, wholeNumber, without } from './fields.ts'
import { secretList } from './secrets.ts'
import { urlError } from './urls.ts'

/** The web server for buyers. */
export const webSettings = {
  PUBLIC_URL: text('set it to the origin that buyers see, e.g. https://register.example.com').superRefine(
    without((address) => urlError(address, [])),
  ),
  SESSION_SECRET: secretList('set it to at least 32 random characters, e.g. from: openssl rand -base64 48'),
  SESSION_MINUTES: wholeNumber(60, 1, 12 * 60),
  REQUEST_DEADLINE_MS: wholeNumber(12_000, 1_000, 120_000),
  HOST: listenAddress('0.0.0.0'),
  PORT: wholeNumber(3000, 0, 65_535),
  TRUST_PROXY_HOPS: wholeNumber(1, 0, 10),
  ALB_IDLE_TIMEOUT_SECONDS: wholeNumber(60, 1, 4000),
  DRAIN_SECONDS: wholeNumber(10, 0, 3600),
  RATE_LIMIT_PER_MINUTE: wholeNumber(30, 0, 1_000_000),
} as const

export function web(env: z.infer<z.ZodObject<typeof webSettings>>) {
  const { origin } = new URL(env.PUBLIC_URL)
  return {
    origin,
    /** True if PUBLIC_URL is https: secure cookies and HSTS. */
    secure: origin.startsWith('https:'),
    session: { secrets: env.SESSION_SECRET, minutes: env.SESSION_MINUTES },
    /** The deadline of one request, AWS and database together. */
    requestDeadlineMs: env.REQUEST_DEADLINE_MS,
    host: env.HOST,
    port: env.PORT,
    trustProxyHops: env.TRUST_PROXY_HOPS,
    albIdleTimeoutMs: env.ALB_IDLE_TIMEOUT_SECONDS * 1000,
    drainMs: env.DRAIN_SECONDS * 1000,
    /** Landing POSTs per minute and client address. Other POSTs are counted separately. 0 turns the limit off. */
    rateLimitPerMinute: env.RATE_LIMIT_PER_MINUTE,
  }
}
