import { expect, it } from 'vitest'
import { translate } from '../../src/aws/exceptions.ts'
import { networkHint } from '../../src/aws/network-hints.ts'
import type { NetworkFailureKind } from '../../src/domain/network-failure.ts'
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
  [
    'an HTTP 403 without an error name',
    thrown('Unknown', { $metadata: { httpStatusCode: 403 } }),
    'marketplace-denied',
  ],
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
  ['a process without descriptors', Object.assign(thrown('Error'), { code: 'EMFILE' }), 'service-busy'],
  ['a proxy that throttles', thrown('SyntaxError', { $metadata: { httpStatusCode: 429 } }), 'marketplace-busy'],
  ['an object that inherits its name', thrown('toString'), 'internal'],
])('%s is %s', (_, error, code) => {
  const failure = translate(error)
  expect(failure.code).toBe(code)
  // If the seller must act, the log contains the fix.
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
])('our own expired credentials are distinguished from an expired token by the %s', (_, fields, message) => {
  const failure = translate(thrown('ExpiredTokenException', fields, message))
  expect(failure.code).toBe('marketplace-denied')
  expect(failure.details.hint).toContain("the buyer's link has not")
})

it('translates a thrown value that is not an error', () => {
  for (const error of [undefined, null, 'text', 7, {}, Object.create(null)])
    expect(translate(error).code).toBe('internal')
})

it.each([
  ['CERT_NOT_YET_VALID', /^Set the clock of this machine/],
  ['CERT_HAS_EXPIRED', /^Renew the certificate/],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /^Set NODE_EXTRA_CA_CERTS/],
  ['SELF_SIGNED_CERT_IN_CHAIN', /^Set NODE_EXTRA_CA_CERTS/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /^Check the address/],
  ['CERT_REVOKED', /does not speak TLS/],
  ['INVALID_PURPOSE', /does not speak TLS/],
  ['ERR_SSL_WRONG_VERSION_NUMBER', /does not speak TLS/],
  ['EPROTO', /does not speak TLS/],
])('a TLS failure with %s is an AWS Marketplace that cannot be reached, with a hint', (code, hint) => {
  const failure = translate(thrown('Error', { code }))
  expect(failure.code).toBe('marketplace-unreachable')
  expect(failure.details.hint).toMatch(hint)
})

it.each<[NetworkFailureKind, Record<string, string>, string | null]>([
  ['name', {}, null],
  ['name', { AWS_USE_FIPS_ENDPOINT: 'false' }, null],
  [
    'name',
    { AWS_USE_FIPS_ENDPOINT: 'true' },
    'Remove AWS_USE_FIPS_ENDPOINT: AWS Marketplace does not have such an endpoint in every Region.',
  ],
  [
    'wrong-name',
    { AWS_USE_DUALSTACK_ENDPOINT: 'true' },
    'Check the address: the certificate of the other side is for another name. Remove AWS_USE_DUALSTACK_ENDPOINT: ' +
      'AWS Marketplace does not have such an endpoint in every Region.',
  ],
  [
    'untrusted',
    { AWS_CA_BUNDLE: '/etc/ca.pem' },
    'Set NODE_EXTRA_CA_CERTS to a file with the certificate of the authority that the other side, or a proxy that inspects TLS, ' +
      'uses. Node does not read AWS_CA_BUNDLE, which is set.',
  ],
  ['refused', { HTTPS_PROXY: 'http://proxy:3128' }, 'Check HTTPS_PROXY: calls of AWS go through that proxy.'],
  [
    'proxy',
    { https_proxy: 'http://proxy:3128' },
    'Allow the host of AWS in the proxy of https_proxy, or name it in NO_PROXY. After HTTP 407, give user and password in https_proxy.',
  ],
])('the hint for %s with %o names the variables that are set', (kind, env, hint) => {
  expect(networkHint(kind, env)).toBe(hint)
})

const realToken = `${'aB3+/xY9'.repeat(4)}Zk1.~-_q${'pQ7/r+S2'.repeat(4)}==`

function kept(message: string, token: string): string {
  const { cause } = translate(thrown('InvalidTokenException', {}, message), token).details
  if (!(cause instanceof Error)) throw new Error('no cause')
  expect(cause.stack).toContain(cause.message)
  return cause.message
}

it.each([
  ['at the end of a sentence', `The token is ${realToken}.`, 'The token is [token].'],
  ['twice', `"${realToken}" or '${realToken}'`, `"[token]" or '[token]'`],
  ['cut off', `Value '${realToken.slice(0, 40)}…'`, `Value '[token]…'`],
  ['in a query', `GET /?RegistrationToken=${encodeURIComponent(realToken)}&x=1`, 'GET /?RegistrationToken=[token]&x=1'],
  [
    'in small letters',
    `/?t=${encodeURIComponent(realToken).replace(/%../g, (byte) => byte.toLowerCase())}`,
    '/?t=[token]',
  ],
])('the logged cause does not contain the token: %s', (_, message, clean) => {
  expect(kept(message, realToken)).toBe(clean)
})

it('the logged cause does not contain a short token', () => {
  expect(kept('Token "tok-1" is used, not tok-12.', 'tok-1')).toBe('Token "[token]" is used, not tok-12.')
  expect(kept('Token (a+b|$&) is used.', '(a+b|$&)')).toBe('Token [token] is used.')
})

it.each([
  ['assumed-role/LandingTaskRole-1234567890', 'arn:aws:sts::111122223333:assumed-role/LandingTaskRole-1'],
  ['token', 'Registration token is used. See the log.'],
  ['400', 'HTTP 400'],
  ['\ud800'.repeat(20), 'half a character'],
])('the logged cause keeps parts of the token %s, which may be ordinary text', (token, message) => {
  expect(kept(message, token)).toBe(message)
})
