import type { Landed } from '../buyer.ts'
import { parseCookie } from '../cookie-jar.ts'
import type { Evidence } from '../evidence.ts'
import type { Exchange } from '../exchange.ts'
import { withoutForms } from '../page-text.ts'
import { containsToken, cookieContainsToken } from '../token-spellings.ts'
import { type Finding, fail, pass, type Rule } from './rule.ts'

/** Where the token must not be. */
export const secrets: readonly Rule[] = [
  {
    id: 'no-token-in-url',
    what: 'The token is in no URL: no redirect and no Link header.',
    why: 'URLs are stored in logs and browser histories and sent in Referer headers. Anyone who has the token can register as the buyer.',
    remedy: 'Redeem the token first and redirect to a URL without it. The session identifies the buyer.',
    judge: (evidence) =>
      judgeExposure(evidence, ({ url, headers }, token) => {
        const addresses = [url.href, headers.location, headers['refresh'], headers['link'], headers['content-location']]
        return addresses.some((address) => typeof address === 'string' && containsToken(address, token))
      }),
  },
  {
    id: 'no-token-in-cookie',
    what: 'The token is in no cookie, signed or not.',
    why: 'AWS requires sellers not to keep the token in a cookie. Anyone can read a value that is only signed or encoded.',
    remedy: 'Keep the response of ResolveCustomer in a session on the server, and discard the token.',
    judge: (evidence) =>
      judgeExposure(evidence, ({ url, headers }, token) =>
        (headers['set-cookie'] ?? []).some((line) => cookieContainsToken(parseCookie(line, url).value, token)),
      ),
  },
  {
    id: 'no-token-in-page',
    what: 'The token is in no page, except in the form that retries a failed landing.',
    why: 'Scripts, extensions and analytics read pages.',
    remedy: 'Do not print the token. Only the “try again” form of a failure page may have it in a hidden field.',
    judge: (evidence) =>
      judgeExposure(evidence, ({ status, headers, text }, token) => {
        // The body of a redirect is never shown, and it repeats the URL.
        if (headers.location !== undefined) return false
        return containsToken(status >= 400 ? withoutForms(text) : text, token)
      }),
  },
]

function judgeExposure(
  { arrival, others }: Evidence,
  isExposed: (exchange: Exchange, token: string) => boolean,
): Finding {
  const visits: readonly [string, Landed][] = [
    ['the first buyer', arrival.visit],
    ...(others === null ? [] : others.scenarios.map((name): [string, Landed] => [name, others.of(name)])),
  ]
  const exposed = visits.filter(([, { exchanges, token }]) => exchanges.some((one) => isExposed(one, token)))
  const names = exposed.map(([name]) => name)
  return names.length === 0
    ? pass('Not found.')
    : fail(`Found for ${names.slice(0, 4).join(', ')}${names.length > 4 ? ' and others' : ''}.`)
}
