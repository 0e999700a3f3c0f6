import type { Landed } from '../buyer.ts'
import { parseCookie } from '../cookie-jar.ts'
import type { Evidence } from '../evidence.ts'
import type { Exchange } from '../exchange.ts'
import { withoutForms } from '../page-text.ts'
import { cookieHoldsToken, holdsToken } from '../token-spellings.ts'
import { type Finding, fail, pass, type Rule } from './rule.ts'

/** Where the token must not be seen. */
export const secrets: readonly Rule[] = [
  {
    id: 'no-token-in-url',
    what: 'The token is in no address: not in a redirect, not in a link header.',
    why: 'Addresses end in logs, histories and Referer headers; whoever has the token can register as the buyer.',
    remedy: 'Redeem the token first and redirect to an address without it; the session knows the buyer.',
    judge: (evidence) =>
      found(evidence, ({ url, headers }, token) => {
        const addresses = [url.href, headers.location, headers['refresh'], headers['link'], headers['content-location']]
        return addresses.some((address) => typeof address === 'string' && holdsToken(address, token))
      }),
  },
  {
    id: 'no-token-in-cookie',
    what: 'The token is in no cookie, signed or not.',
    why: 'AWS asks sellers not to keep the token in a cookie; what is only signed or encoded can be read.',
    remedy: 'Keep what ResolveCustomer answered in a session on the server, and drop the token.',
    judge: (evidence) =>
      found(evidence, ({ url, headers }, token) =>
        (headers['set-cookie'] ?? []).some((line) => cookieHoldsToken(parseCookie(line, url).value, token)),
      ),
  },
  {
    id: 'no-token-in-page',
    what: 'The token is in no page, but in the form with which a failed landing is tried again.',
    why: 'Scripts, extensions and analytics read pages.',
    remedy: 'Do not print the token. A “try again” form of a failure page may hold it in a hidden field.',
    judge: (evidence) =>
      found(evidence, ({ status, headers, text }, token) => {
        // A redirect's own text is never looked at, and repeats the address.
        if (headers.location !== undefined) return false
        return holdsToken(status >= 400 ? withoutForms(text) : text, token)
      }),
  },
]

function found({ arrival, others }: Evidence, isExposed: (exchange: Exchange, token: string) => boolean): Finding {
  const visits: readonly [string, Landed][] = [
    ['the first buyer', arrival.visit],
    ...(others === null ? [] : others.scenarios.map((name): [string, Landed] => [name, others.of(name)])),
  ]
  const exposed = visits.filter(([, { exchanges, token }]) => exchanges.some((one) => isExposed(one, token)))
  const names = exposed.map(([name]) => name)
  return names.length === 0
    ? pass('It is not.')
    : fail(`It is, for ${names.slice(0, 4).join(', ')}${names.length > 4 ? ' and others' : ''}.`)
}
