import { deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'

/** A mutated request. */
export type Mutant = {
  readonly bytes: Buffer
  /** True if the end of the request is unambiguous, so that a response is required. */
  readonly whole: boolean
}

/** Valid values for the mutants: unused tokens and open sessions. */
export type Valid = {
  readonly tokens: readonly string[]
  readonly sessions: readonly { readonly cookie: string; readonly id: string }[]
}

const listed = (list: string, separator = ' ') => fc.constantFrom(...list.split(separator))
const often = <T>(usual: fc.Arbitrary<T>, ...others: readonly fc.Arbitrary<T>[]) =>
  fc.oneof({ weight: 8, arbitrary: usual }, ...others.map((arbitrary) => ({ weight: 1, arbitrary })))
const joined = (separator: string, ...parts: readonly fc.Arbitrary<string>[]) =>
  fc.tuple(...parts).map((all) => all.join(separator))
/** Random text. */
const garbage = fc.string({ unit: 'binary', maxLength: 60 })
const bytes = fc.uint8Array({ maxLength: 300 }).map((some) => Buffer.from(some).toString('latin1'))

const known = listed(
  '/ / / /registration /registration /registration/complete /language /language /healthz /assets/style.css ' +
    '/handoff /registration/handoff /api/registrations /console',
)
const path = often(
  known,
  listed(
    ' * foo://bar // /.. /% /%00 /%zz /%ff /%2e%2e/etc/passwd /REGISTRATION /registration/ /assets/ /assets/%00 /.env ' +
      `/assets/../package.json /assets/..%5cpackage.json //a.example http://[ /\u00e9 /${'a'.repeat(5_000)} /${'a/'.repeat(8_000)}`,
  ),
  joined('?', known, fc.webQueryParameters()),
  joined('/', fc.constant(''), fc.webPath()),
)

const names = listed(
  'Content-Type Content-Encoding Cookie Origin Host Accept Accept-Language Range If-None-Match If-Modified-Since Sec-Fetch-Site ' +
    'X-Forwarded-For X-Forwarded-Proto X-Forwarded-Host X-Amzn-Trace-Id X-HTTP-Method-Override',
)
/** With these headers the end of the request is ambiguous. */
const framing = listed('Expect Upgrade Connection Transfer-Encoding Content-Length')
/** Each value is meant for one header but is combined with all of them. */
const values = listed(
  'application/json|multipart/form-data; boundary=x|application/x-www-form-urlencoded; charset=utf-7|text/html|*/*|;|gzip|br|x|' +
    '{cookie}x|registration=s%3Aa.b; {cookie}|registration=%|=;=;=|{cookie}; language=de|__proto__=1|same-origin|cross-site|none|' +
    'http://localhost:3000|null|https://aws.amazon.com|de|pt-BR,pt;q=0.9|*|en;q=NaN|203.0.113.7:4711|[2001:db8::1]:4711|1|,|[::|' +
    'https|javascript|evil.example|Root=1-67891233-abcdef012345678912345678|DELETE|bytes=0-1|bytes=0-,0-|W/"|yesterday||' +
    `100-continue|websocket|keep-alive|chunked|chunked, chunked|identity|0|99999|-1|1e3|${'a,'.repeat(2_000)}|${'x'.repeat(4_000)}`,
  '|',
)
const headers = (name: fc.Arbitrary<string>, maxLength: number) =>
  fc.array(joined(': ', name, often(values, garbage)), { maxLength })
const usualHeaders = [
  'Content-Type: application/x-www-form-urlencoded',
  'Sec-Fetch-Site: same-origin',
  'Cookie: {cookie}',
  'Host: localhost',
]

const form = listed(
  'x-amzn-marketplace-token={token} x-amzn-marketplace-token={token}&x-amzn-marketplace-token={token} ' +
    'x-amzn-marketplace-token={token}&x-amzn-marketplace-offer-type=free-trial ' +
    'email=jane%40example.com&name=Jane&company=Example&phone=&registration={id} email=jane%40example.com&name=Jane&company=Example ' +
    'language=ja&page=registration&registration={id}&email=a&name=b ' +
    'language=de&page=failure&code=product-unknown&failure-reference=AAAA-BBBB-CCCC&failure-retry=get+%2F ' +
    'language=de&page=failure&code=token-expired&failure-reference=AAAA-BBBB-CCCC&failure-retry=post+%2F&x-amzn-marketplace-token=a',
)
const field = listed(
  'x-amzn-marketplace-token email name company phone registration language page code __proto__ a[b] ',
)
const oddText = listed(` |\0|\ud800|\u2028|"><img src=x>|\r\nA: b|<%= 1 %>|' or 1=1 --|${'x'.repeat(9_000)}`, '|')
const typed = often(fc.string({ unit: 'grapheme', maxLength: 300 }), garbage, fc.emailAddress(), oddText)
const encoded = fc
  .array(fc.tuple(field, typed), { maxLength: 8 })
  .map((fields) => new URLSearchParams(fields).toString())
const broken = listed(
  ` & = % %%% a=%E0%A4%A email=%00 email=%ED%A0%80 ${'a&'.repeat(60)} ${'a=b&'.repeat(3_000)} ${'x'.repeat(70_000)} ` +
    `x-amzn-marketplace-token=${'a'.repeat(8_193)} --x\r\nContent-Disposition:form-data;name="a"\r\n\r\nb\r\n--x--`,
)
const codings = { utf8: (text: string) => Buffer.from(text), gzip: gzipSync, deflate: deflateSync }

/** Mostly almost valid form posts, because they reach more code than random bytes. */
export function mutants({ tokens, sessions }: Valid): fc.Arbitrary<Mutant> {
  const parts = fc.record({
    session: fc.constantFrom(...sessions),
    token: fc.constantFrom(...tokens),
    method: often(listed('POST POST GET'), listed('HEAD PUT DELETE OPTIONS PATCH TRACE QUERY CONNECT BREW post ')),
    path,
    version: often(fc.constant('HTTP/1.1'), listed('HTTP/1.0 HTTP/2.0 HTTP/0.9 http/1.1 ')),
    usual: often(fc.constant(usualHeaders), fc.shuffledSubarray(usualHeaders)),
    odd: headers(often(names, fc.stringMatching(/^[A-Za-z-]{1,30}$/)), 3),
    unclear: often(fc.constant<string[]>([]), headers(framing, 2)),
    body: often(form, joined('&', form, encoded), encoded, bytes, fc.json(), broken),
    coding: often(fc.constant('utf8' as const), fc.constantFrom('gzip', 'deflate')),
    damage: often(fc.constant(null), fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(12), bytes)),
  })
  return parts.map(({ session, token, method, path, version, usual, odd, unclear, body, coding, damage }) => {
    const fill = (text: string) =>
      text.replaceAll('{cookie}', session.cookie).replaceAll('{id}', session.id).replaceAll('{token}', token)
    const content = codings[coding](fill(body))
    const framed = unclear.length > 0 ? unclear : ['Connection: close', `Content-Length: ${String(content.length)}`]
    const head = fill([`${method} ${path} ${version}`, ...usual, ...odd, ...framed, '', ''].join('\r\n'))
    const bytes = Buffer.concat([Buffer.from(head), content])
    if (damage === null) return { bytes, whole: unclear.length === 0 && method !== 'CONNECT' }
    const [share, drop, insert] = damage
    const at = Math.floor(share * bytes.length)
    return {
      bytes: Buffer.concat([bytes.subarray(0, at), Buffer.from(insert), bytes.subarray(at + drop)]),
      whole: false,
    }
  })
}
