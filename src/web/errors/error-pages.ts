import type { ErrorCode } from '../../errors.ts'

/** The next step: the buyer must act, the buyer must wait, or the seller must act. */
type Tone = 'act' | 'wait' | 'seller'

/** The action on the page. `retry-support`: try again, and contact support if that does not help. */
export type PageAction =
  'marketplace' | 'retry' | 'retry-support' | 'support' | 'cookies' | 'continue' | 'form' | 'start'

type ErrorPage = {
  readonly status: number
  /** A pino level: `info` if the buyer can solve it, `warn` if it is temporary, `error` if the seller must fix it. */
  readonly logLevel: 'info' | 'warn' | 'error'
  readonly tone: Tone
  readonly action: PageAction
  /** The default of the `Retry-After` header. */
  readonly retryAfterSeconds?: number
  /** The default of the hint in the log. */
  readonly hint?: string
}

const insecureHint =
  'PUBLIC_URL is https but the request came as http: use an HTTPS listener that sends X-Forwarded-Proto: https, and set ' +
  'TRUST_PROXY_HOPS to the exact number of proxies in front'

const productHint = 'If the product is yours, add its product code to PRODUCT_CODES or to the products file'

const mismatchHint =
  'AWS names a license that is stored for another AWS account or product. Nothing was shown or changed. Ask AWS Marketplace ' +
  'Seller Operations whose license it is before you change the stored row'

/** The facts about each failure. The sentences are in the catalogs of `i18n`. */
export const errorPages = {
  'token-missing': { status: 400, logLevel: 'info', tone: 'act', action: 'marketplace' },
  'token-malformed': { status: 400, logLevel: 'info', tone: 'act', action: 'marketplace' },
  'token-invalid': { status: 400, logLevel: 'info', tone: 'act', action: 'marketplace' },
  'token-expired': { status: 410, logLevel: 'info', tone: 'act', action: 'marketplace' },
  'marketplace-busy': { status: 503, logLevel: 'warn', tone: 'wait', action: 'retry', retryAfterSeconds: 10 },
  'service-busy': { status: 503, logLevel: 'warn', tone: 'wait', action: 'retry', retryAfterSeconds: 5 },
  'marketplace-failed': { status: 502, logLevel: 'warn', tone: 'wait', action: 'retry' },
  'marketplace-unreachable': { status: 504, logLevel: 'warn', tone: 'wait', action: 'retry' },
  'marketplace-disabled': { status: 500, logLevel: 'error', tone: 'seller', action: 'support' },
  'marketplace-denied': { status: 500, logLevel: 'error', tone: 'seller', action: 'support' },
  'customer-incomplete': { status: 502, logLevel: 'warn', tone: 'wait', action: 'retry', retryAfterSeconds: 30 },
  'product-unknown': { status: 422, logLevel: 'warn', tone: 'seller', action: 'support', hint: productHint },
  'customer-mismatch': { status: 409, logLevel: 'error', tone: 'seller', action: 'support', hint: mismatchHint },
  'connection-insecure': { status: 500, logLevel: 'error', tone: 'seller', action: 'support', hint: insecureHint },
  'session-expired': { status: 403, logLevel: 'info', tone: 'act', action: 'marketplace' },
  'cookies-blocked': { status: 403, logLevel: 'info', tone: 'act', action: 'cookies' },
  'form-outdated': { status: 409, logLevel: 'info', tone: 'act', action: 'continue' },
  'form-forged': { status: 403, logLevel: 'info', tone: 'act', action: 'form' },
  'too-many-requests': { status: 429, logLevel: 'info', tone: 'wait', action: 'retry', retryAfterSeconds: 60 },
  'request-unreadable': { status: 400, logLevel: 'info', tone: 'act', action: 'marketplace' },
  'not-found': { status: 404, logLevel: 'info', tone: 'act', action: 'start' },
  'method-not-allowed': { status: 405, logLevel: 'info', tone: 'act', action: 'start' },
  'store-unavailable': { status: 503, logLevel: 'warn', tone: 'wait', action: 'retry', retryAfterSeconds: 10 },
  internal: { status: 500, logLevel: 'error', tone: 'wait', action: 'retry-support' },
} as const satisfies Record<ErrorCode, ErrorPage>

/** Looks up a code that is known only at run time. */
export function errorPage(code: ErrorCode): ErrorPage {
  return errorPages[code]
}

/** True if the page may contain the submitted values. */
export function offersRetry(action: PageAction): boolean {
  return action === 'retry' || action === 'retry-support'
}

/** True if the page asks the buyer to contact support. */
export function asksForMessage(action: PageAction): boolean {
  return action === 'support' || action === 'retry-support'
}
