import { type Cookie, parseCookie } from '../cookie-jar.ts'
import type { Evidence } from '../evidence.ts'
import { isLoopback, isSameSite } from '../../http/sites.ts'
import { fail, judgeVisits, pass, type Rule, skip } from './rule.ts'

/** How the buyer is known on the next page, and whether the check is like life. */
export const session: readonly Rule[] = [
  {
    id: 'session-cookie',
    what: 'The session’s cookie is HttpOnly, has SameSite, and is Secure over https.',
    why: 'It stands for who bought. Strict is too much: a browser does not send it on the redirect after AWS’s POST.',
    remedy: 'Set-Cookie: …; Secure; HttpOnly; SameSite=Lax; Path=/',
    judge: (evidence) => {
      const cookies = sessionCookies(evidence)
      if (cookies.length === 0)
        return skip(
          'The page set no cookie that looks like a session.',
          'Look yourself how the next page knows the buyer.',
        )
      const faults = cookies.flatMap((cookie) => faultsOf(cookie, evidence.landingUrl))
      return faults.length === 0
        ? pass(`${cookies.map(({ name }) => name).join(', ')}: as it should be.`)
        : fail(faults.join(', '))
    },
  },
  {
    id: 'no-redirect-from-host',
    what: 'No redirect is built from the request’s Host header.',
    why: 'Whoever can set it (a cache, a proxy, X-Forwarded-Host) would lead the buyer to a site of their own.',
    remedy: 'Redirect to a path, or to the address in your configuration.',
    judge: judgeVisits(
      ({ foreignHost }) => [foreignHost],
      ({ foreignHost }) => {
        const locations = foreignHost.exchanges.map(({ headers }) => headers.location ?? '')
        const led = locations.find((location) => location.includes('attacker.example'))
        return led === undefined
          ? pass('None is.')
          : fail(`With Host: attacker.example it redirects to ${led.slice(0, 80)}`)
      },
    ),
  },
  {
    id: 'other-site',
    what: 'Simulator and landing page are two sites, as AWS and the page are in life.',
    why: 'On one site browsers send cookies that they keep back when a buyer comes from AWS. (This check keeps them back in any case.)',
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
    what: 'The page is driven over https where buyers come over https.',
    why: 'Over http a browser drops Secure cookies, and an application behind a proxy often sets none.',
    remedy: 'Give the https address as --landing-url. For a certificate of your own set NODE_EXTRA_CA_CERTS.',
    judge: ({ landingUrl, arrival, get }) => {
      if (landingUrl.protocol === 'https:') return pass('Over https.')
      const exchanges = [...get.exchanges, ...arrival.visit.exchanges]
      const saysHttps = exchanges.some(
        ({ headers }) => headers['strict-transport-security'] !== undefined || /^https:/.test(headers.location ?? ''),
      )
      const isSecure = exchanges.some(({ headers }) =>
        (headers['set-cookie'] ?? []).some((line) => /;\s*secure/i.test(line)),
      )
      if (saysHttps || isSecure) return skip('Over http, and the page’s own answers say https.')
      return isLoopback(landingUrl) ? pass('Over http, on this machine.') : skip('Over http, to another machine.')
    },
  },
]

// A load balancer's own, and what scripts are meant to read.
const otherCookies = /^AWSALB|csrf|xsrf|lang|locale|consent|theme/i

function sessionCookies({ arrival }: Evidence): readonly Cookie[] {
  const cookies = arrival.visit.exchanges.flatMap(({ url, headers }) =>
    (headers['set-cookie'] ?? []).map((line) => parseCookie(line, url)),
  )
  return [...new Map(cookies.map((cookie) => [cookie.name, cookie])).values()].filter(
    ({ name, value }) => value.length >= 16 && !otherCookies.test(name),
  )
}

function faultsOf({ name, httpOnly, secure, sameSite }: Cookie, { protocol }: URL): readonly string[] {
  return [
    ...(httpOnly ? [] : [`${name} is not HttpOnly`]),
    ...(secure || protocol === 'http:' ? [] : [`${name} is not Secure`]),
    ...(sameSite === null ? [`${name} has no SameSite`] : []),
    ...(sameSite === 'strict' ? [`${name} is SameSite=Strict`] : []),
  ]
}
