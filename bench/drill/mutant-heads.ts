import fc from 'fast-check'
import { garbage, oneOf } from './noise.ts'

export const method = fc.oneof(
  { weight: 6, arbitrary: fc.constant('POST') },
  { weight: 4, arbitrary: fc.constant('GET') },
  { weight: 2, arbitrary: oneOf('HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'PROPFIND', 'QUERY', 'CONNECT') },
  { weight: 1, arbitrary: oneOf('BREW', 'post', 'GET POST', '') },
)

const knownPath = oneOf(
  '/',
  '/registration',
  '/registration/complete',
  '/language',
  '/healthz',
  '/readyz',
  '/assets/style.css',
)
const oddPath = oneOf(
  ...[
    '',
    '*',
    'foo://bar',
    '//',
    '/.',
    '/..',
    '/%',
    '/%00',
    '/%zz',
    '/%ff',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/REGISTRATION',
    '/registration/',
  ],
  ...['/assets/', '/assets/../package.json', '/assets/%2e%2e/package.json', '/assets/..%5cpackage.json', '/assets/%00'],
  ...[
    '//example.com/',
    'http://example.com/',
    'http://[',
    '/registration/complete/more',
    '/?x-amzn-marketplace-token=a',
  ],
  ...[
    '/index.html',
    '/favicon.ico',
    '/robots.txt',
    '/.env',
    `/${'a'.repeat(5_000)}`,
    `/${'a/'.repeat(8_000)}`,
    '/\u00e9',
  ],
)
export const path = fc.oneof(
  { weight: 8, arbitrary: knownPath },
  { weight: 2, arbitrary: oddPath },
  { weight: 1, arbitrary: fc.tuple(knownPath, fc.webQueryParameters()).map(([at, query]) => `${at}?${query}`) },
  { weight: 1, arbitrary: fc.webPath().map((at) => `/${at}`) },
)

const named = <T extends string>(name: string, ...values: readonly T[]) =>
  fc
    .oneof({ weight: 6, arbitrary: oneOf(...values) }, { weight: 1, arbitrary: garbage })
    .map((value) => [name, value] as const)

export const header = fc.oneof(
  named(
    'Content-Type',
    ...['application/x-www-form-urlencoded', 'application/x-www-form-urlencoded; charset=utf-7', 'application/json'],
    ...[
      'application/x-www-form-urlencoded; charset=iso-8859-1',
      'multipart/form-data; boundary=x',
      'text/plain',
      ';',
      '/',
    ],
  ),
  named('Content-Encoding', 'gzip', 'deflate', 'br', 'identity', 'gzip, gzip', 'x'),
  named(
    'Cookie',
    '{cookie}',
    '{cookie}x',
    'registration=s%3A',
    'registration=',
    'registration=%',
    '=;=;=',
    'language=xx',
    'language=de',
  ),
  named(
    'Cookie',
    'registration=s%3Aa.b; {cookie}',
    `registration=${'s'.repeat(4_000)}`,
    'a=b; '.repeat(500),
    '__proto__=1',
  ),
  named('Sec-Fetch-Site', 'same-origin', 'cross-site', 'none', 'SAME-ORIGIN', ''),
  named('Origin', 'http://localhost:3000', 'null', 'https://aws.amazon.com', 'http://localhost:3000.evil.example', ''),
  named(
    'Accept-Language',
    'de',
    'pt-BR,pt;q=0.9',
    '*',
    'zz',
    ';q=',
    'en;q=NaN',
    'a,'.repeat(2_000),
    `${'x'.repeat(3_000)}-y`,
  ),
  named(
    'X-Forwarded-For',
    '203.0.113.7',
    '203.0.113.7:4711',
    '[2001:db8::1]:4711',
    '2001:db8::1',
    'unknown',
    ',',
    '::ffff:1.2.3.4',
    '1',
    '999.1.1.1',
  ),
  named('X-Forwarded-Proto', 'https', 'http', 'https,http', 'javascript', ''),
  named('X-Forwarded-Host', 'evil.example', ''),
  named('Host', 'evil.example', 'localhost:3000', '', 'a b', '[::'),
  named('Accept', 'text/html', '*/*', 'application/json', ';;;'),
  named('Range', 'bytes=0-1', 'bytes=-1', 'bytes=9-1', 'bytes=0-,0-,0-'),
  named('If-None-Match', '*', '"a"', 'W/"'),
  named('If-Modified-Since', 'yesterday', 'Thu, 01 Jan 1970 00:00:00 GMT'),
  named('X-Amzn-Trace-Id', 'Root=1-67891233-abcdef012345678912345678', 'x'.repeat(2_000)),
  named('Expect', '100-continue', '200-ok'),
  named('Upgrade', 'websocket', 'h2c'),
  named('Connection', 'close', 'keep-alive', 'upgrade', 'content-length'),
  named('X-HTTP-Method-Override', 'DELETE'),
  named('Transfer-Encoding', 'chunked', 'gzip', 'chunked, chunked', 'identity'),
  named('Content-Length', '0', '1', '99999', '-1', '1e3', '18446744073709551616', '0x10'),
  fc.tuple(fc.stringMatching(/^[A-Za-z-]{1,30}$/), garbage),
)
