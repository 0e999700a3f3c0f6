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

it('every failure code has its status, log level, tone and action', () => {
  const actual = errorCodes.map((code) => {
    const { status, logLevel, tone, action } = errorPage(code)
    return [code, [status, logLevel, tone, action]]
  })
  expect(Object.fromEntries(actual)).toEqual(expected)
})

it('Retry-After is set for exactly these failures', () => {
  const seconds = errorCodes.flatMap((code) => {
    const { retryAfterSeconds } = errorPage(code)
    return retryAfterSeconds === undefined ? [] : [[code, retryAfterSeconds]]
  })
  expect(Object.fromEntries(seconds)).toEqual({
    'marketplace-busy': 10,
    'service-busy': 5,
    'customer-incomplete': 30,
    'too-many-requests': 60,
    'store-unavailable': 10,
  })
})

it.each([
  ['connection-insecure', 'X-Forwarded-Proto'],
  ['product-unknown', 'PRODUCT_CODES'],
] as const)('the hint for %s contains %s', (code, name) => {
  expect(errorPage(code).hint).toContain(name)
})
