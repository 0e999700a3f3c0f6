import { expect, it } from 'vitest'
import { errorCodes } from '../../src/errors.ts'
import { errorPage } from '../../src/web/errors/error-pages.ts'

const expected = {
  'token-missing': [400, 'info', 'act', 'marketplace'],
  'token-malformed': [400, 'info', 'act', 'marketplace'],
  'token-invalid': [400, 'info', 'act', 'marketplace'],
  'token-expired': [410, 'info', 'act', 'marketplace'],
  'marketplace-busy': [503, 'warn', 'wait', 'retry'],
  'service-busy': [503, 'warn', 'wait', 'retry'],
  'marketplace-failed': [502, 'warn', 'wait', 'retry'],
  'marketplace-unreachable': [504, 'warn', 'wait', 'retry'],
  'marketplace-disabled': [500, 'error', 'seller', 'support'],
  'marketplace-denied': [500, 'error', 'seller', 'support'],
  'customer-incomplete': [502, 'warn', 'wait', 'retry'],
  'product-unknown': [422, 'warn', 'seller', 'support'],
  'customer-mismatch': [409, 'error', 'seller', 'support'],
  'connection-insecure': [500, 'error', 'seller', 'support'],
  'session-expired': [403, 'info', 'act', 'marketplace'],
  'cookies-blocked': [403, 'info', 'act', 'cookies'],
  'form-outdated': [409, 'info', 'act', 'continue'],
  'form-forged': [403, 'info', 'act', 'form'],
  'too-many-requests': [429, 'info', 'wait', 'retry'],
  'request-unreadable': [400, 'info', 'act', 'marketplace'],
  'not-found': [404, 'info', 'act', 'start'],
  'method-not-allowed': [405, 'info', 'act', 'start'],
  'store-unavailable': [503, 'warn', 'wait', 'retry'],
  internal: [500, 'error', 'wait', 'retry-support'],
} as const

it.each(errorCodes)('gives %s its status, log level, tone and way out', (code) => {
  const { status, logLevel, tone, action } = errorPage(code)
  expect([status, logLevel, tone, action]).toEqual(expected[code])
})

it.each(['marketplace-busy', 'service-busy', 'customer-incomplete', 'too-many-requests', 'store-unavailable'] as const)(
  'says when to retry after %s',
  (code) => {
    expect(errorPage(code).retryAfterSeconds).toBeGreaterThan(0)
  },
)

it.each([
  ['connection-insecure', 'X-Forwarded-Proto'],
  ['product-unknown', 'PRODUCT_CODES'],
] as const)('tells the engineer what to change after %s', (code, hint) => {
  expect(errorPage(code).hint).toContain(hint)
})
