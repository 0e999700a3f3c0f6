import { isLoopback, isSameSite } from '../../http/sites.ts'
import { type Cookie, parseCookie } from '../cookie-jar.ts'
import type { Evidence } from '../evidence.ts'
import { fail, judgeVisits, pass, type Rule, skip } from './rule.ts'

/** How the next page identifies the buyer, and whether the check runs as in production. */
export const session: readonly Rule[] = [
  {
    id: 'session-cookie',
    what: 'The session’s cookie is HttpOnly, has SameSite, and is Secure over https.',
    why: 'It identifies the buyer. SameSite=Strict is too strict: browsers do not send it on the redirect after AWS’s POST.',
    remedy: 'Set-Cookie: …; Secure; HttpOnly; SameSite=Lax; Path=/',
    judge: (evidence) => {
      const cookies = sessionCookies(evidence)
      if (cookies.length === 0)
        return skip(
          'The page set no cookie that looks like a session.',
          'Check manually how the next page identifies the buyer.',
        )
      const missing = cookies.flatMap((cookie) => missingAttributes(cookie, evidence.landingUrl))
      return missing.length === 0
        ? pass(`${cookies.map(({ name }) => name).join(', ')}: correct.`)
        : fail(missing.join(', '))
    },
  },
  {
    id: 'no-redirect-from-host',
    what: 'No redirect is built from the request’s Host header.',
    why: 'Anyone who can set it (a cache, a proxy, X-Forwarded-Host) can send the buyer to another site.',
    remedy: 'Redirect to a path, or to the address in your configuration.',
    judge: judgeVisits(
      ({ foreignHost }) => [foreignHost],
      ({ foreignHost }) => {
        const locations = foreignHost.exchanges.map(({ headers }) => headers.location ?? '')
        const foreign = locations.find((location) => location.includes('attacker.example'))
        return foreign === undefined
          ? pass('None is.')
          : fail(`With Host: attacker.example it redirects to ${foreign.slice(0, 80)}`)
      },
    ),
  },
  {
    id: 'other-site',
    what: 'The simulator and the landing page are two sites, like AWS and the page in production.',
    why: 'On one site, browsers send cookies that they do not send when a buyer comes from AWS. (This check never sends them.)',
    remedy: 'Use localhost for one and 127.0.0.1 for the other.',
    judge: ({ landingUrl, simulatorUrl }) => {
      const saw = `${simulatorUrl} and ${landingUrl.origin}`
      return isSameSite(new URL(simulatorUrl), landingUrl)
        ? skip(`One site to a browser: ${saw}.`)
        : pass(`They are: ${saw}.`)
    },
  },
  {
    id: 'driven-as-by-buyers',
    what: 'The check uses https when buyers use https.',
    why: 'Over http a browser drops Secure cookies, and an application behind a proxy often sets none.',
    remedy: 'Use the https address as --landing-url. For a certificate of your own set NODE_EXTRA_CA_CERTS.',
    judge: ({ landingUrl, arrival, get }) => {
      if (landingUrl.protocol === 'https:') return pass('Over https.')
      const exchanges = [...get.exchanges, ...arrival.visit.exchanges]
      const usesHttps = exchanges.some(
        ({ headers }) => headers['strict-transport-security'] !== undefined || /^https:/.test(headers.location ?? ''),
      )
      const isSecure = exchanges.some(({ headers }) =>
        (headers['set-cookie'] ?? []).some((line) => /;\s*secure/i.test(line)),
      )
      if (usesHttps || isSecure) return skip('Checked over http, although the page’s own responses use https.')
      return isLoopback(landingUrl) ? pass('Over http, on this machine.') : skip('Over http, to another machine.')
    },
  },
]

// Cookies of load balancers, and cookies that scripts are allowed to read.
const otherCookies = /^AWSALB|csrf|xsrf|lang|locale|consent|theme/i

function sessionCookies({ arrival }: Evidence): readonly Cookie[] {
  const cookies = arrival.visit.exchanges.flatMap(({ url, headers }) =>
    (headers['set-cookie'] ?? []).map((line) => parseCookie(line, url)),
  )
  return [...new Map(cookies.map((cookie) => [cookie.name, cookie])).values()].filter(
    ({ name, value }) => value.length >= 16 && !otherCookies.test(name),
  )
}

function missingAttributes({ name, httpOnly, secure, sameSite }: Cookie, { protocol }: URL): readonly string[] {
  return [
    ...(httpOnly ? [] : [`${name} is not HttpOnly`]),
    ...(secure || protocol === 'http:' ? [] : [`${name} is not Secure`]),
    ...(sameSite === null ? [`${name} has no SameSite`] : []),
    ...(sameSite === 'strict' ? [`${name} is SameSite=Strict`] : []),
  ]
}
