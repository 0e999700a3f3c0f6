import { expect, it } from 'vitest'
import { translate } from '../../src/aws/exceptions.ts'
import type { ErrorCode } from '../../src/errors.ts'

function thrown(name: string, fields: object = {}, message = 'x'): Error {
  return Object.assign(new Error(message), { name, ...fields })
}

it.each<[string, Error, ErrorCode]>([
  ['an invalid token', thrown('InvalidTokenException'), 'token-invalid'],
  ['a token that AWS cannot read', thrown('ValidationException'), 'token-invalid'],
  ['an expired token', thrown('ExpiredTokenException', { $metadata: { httpStatusCode: 400 } }), 'token-expired'],
  ['a Region without the API', thrown('DisabledApiException'), 'marketplace-disabled'],
  ['a role that may not', thrown('AccessDeniedException'), 'marketplace-denied'],
  ['a refusal without a name', thrown('Unknown', { $metadata: { httpStatusCode: 403 } }), 'marketplace-denied'],
  ['an account that may not', thrown('NotAuthorized'), 'marketplace-denied'],
  ['an account that has not signed up', thrown('OptInRequired'), 'marketplace-denied'],
  ['a wrong secret key', thrown('InvalidSignatureException'), 'marketplace-denied'],
  ['half a signature', thrown('IncompleteSignature'), 'marketplace-denied'],
  ['an unknown key', thrown('UnrecognizedClientException'), 'marketplace-denied'],
  ['credentials of STS that expired', thrown('ExpiredToken'), 'marketplace-denied'],
  ['a front end that is busy', thrown('Unknown', { $metadata: { httpStatusCode: 503 } }), 'marketplace-failed'],
  [
    'a service that is down',
    thrown('ServiceUnavailable', { $metadata: { httpStatusCode: 503 } }),
    'marketplace-failed',
  ],
  [
    'an exception that AWS may add',
    thrown('BrandNewException', { $metadata: { httpStatusCode: 500 } }),
    'marketplace-failed',
  ],
  ['another that it may add', thrown('BrandNewException', { $metadata: { httpStatusCode: 400 } }), 'internal'],
  ['DNS', thrown('Error', { code: 'ENOTFOUND' }), 'marketplace-unreachable'],
  ['a refused connection', thrown('AggregateError', { code: 'ECONNREFUSED' }), 'marketplace-unreachable'],
  ['a certificate that expired', thrown('Error', { code: 'CERT_HAS_EXPIRED' }), 'marketplace-unreachable'],
  [
    'a proxy with a certificate of its own',
    thrown('Error', { code: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' }),
    'marketplace-unreachable',
  ],
  [
    'an address that speaks no TLS',
    thrown('Error', { code: 'ERR_SSL_WRONG_VERSION_NUMBER' }),
    'marketplace-unreachable',
  ],
  ['a process without descriptors', Object.assign(thrown('Error'), { code: 'EMFILE' }), 'service-busy'],
  ['a proxy that throttles', thrown('SyntaxError', { $metadata: { httpStatusCode: 429 } }), 'marketplace-busy'],
  ['an object that inherits its name', thrown('toString'), 'internal'],
])('%s is %s', (_, error, code) => {
  const failure = translate(error)
  expect(failure.code).toBe(code)
  // Where the seller is at fault, the log says what to change.
  if (code === 'marketplace-denied' || code === 'marketplace-disabled') expect(failure.details.hint).toMatch(/\w{3}/)
  else if (code !== 'service-busy') expect(failure.details.hint).toBeUndefined()
})

it.each([
  ['type', { __type: 'com.amazon.coral.service#ExpiredTokenException' }, 'x'],
  ['header', { $response: { headers: { 'x-amzn-errortype': 'com.amazon.coral.service#ExpiredTokenException' } } }, 'x'],
  [
    'header, whatever the type says',
    { __type: 'ExpiredTokenException', $response: { headers: { 'x-amzn-errortype': 'com.amazon.coral.service#X' } } },
    'x',
  ],
  ['code', { code: 'com.amazon.coral.service#ExpiredTokenException' }, 'x'],
  ['status', { $metadata: { httpStatusCode: 403 } }, 'x'],
  ['words', {}, 'The security token included in the request is expired'],
])('our own expired credentials are told from an expired link by the %s', (_, fields, message) => {
  const failure = translate(thrown('ExpiredTokenException', fields, message))
  expect(failure.code).toBe('marketplace-denied')
  expect(failure.details.hint).toContain("the buyer's link has not")
})

it('survives what is no error at all', () => {
  for (const error of [undefined, null, 'text', 7, {}, Object.create(null)])
    expect(translate(error).code).toBe('internal')
})

it.each([
  ['at the end of a sentence', (token: string) => `The token is ${token}.`],
  ['after an equals sign', (token: string) => `RegistrationToken=${token} is not valid`],
  ['in quotation marks', (token: string) => `"${token}"`],
  ['percent-encoded in a query', (token: string) => `GET /?RegistrationToken=${encodeURIComponent(token)}&x=1`],
  ['in part, with more behind it', (token: string) => `${token.slice(0, 40)}… and ${token.slice(-30)}/more`],
])('the cause kept for the log has no token, wherever it stands: %s', (_, message) => {
  const token = `${'aB3+/xY9'.repeat(4)}Zk1.~-_q${'pQ7/r+S2'.repeat(4)}==`
  const { details } = translate(thrown('InvalidTokenException', {}, message(token)), token)
  const kept = details.cause instanceof Error ? `${details.cause.message} ${details.cause.stack ?? ''}` : ''
  expect(kept).toContain('[token]')
  for (const spelling of [token, encodeURIComponent(token)])
    for (let at = 0; at + 12 <= spelling.length; at += 1) expect(kept).not.toContain(spelling.slice(at, at + 12))
})

it('the rest of the message is kept', () => {
  const { details } = translate(
    thrown('X', {}, 'Registration token abcdefghijklmnop is used. See the log.'),
    'abcdefghijklmnop',
  )
  expect(details.cause).toMatchObject({ message: 'Registration token [token] is used. See the log.' })
})
