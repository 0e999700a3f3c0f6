import { isLoopback } from '../../domain/loopback.ts'
import { networkFailure } from '../../domain/network-failure.ts'
import { createDispatcher } from '../../outgoing.ts'
import { isExample } from './environment.ts'
import { failed, ok, skipped, warning, type Finding } from './finding.ts'
import { unreachedLanding } from './landing-unreached.ts'
import type { Setup } from './setup.ts'

const deadlineMs = 10_000
const longestPage = 1024 * 1024

/** Sends the same request as a buyer's browser, but without a token, and checks who responds. */
export async function checkLanding({ config: { origin } }: Pick<Setup, 'config'>): Promise<Finding> {
  if (isExample(origin)) return skipped(`${origin} is an example`)
  const dispatcher = createDispatcher({ maxSockets: 1, waitMs: deadlineMs, longestAnswer: longestPage })
  try {
    const answer = await dispatcher.request({
      origin,
      path: '/',
      method: 'POST',
      body: '',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'marketplace-landing doctor' },
      signal: AbortSignal.timeout(deadlineMs),
    })
    return judged(origin, answer, await answer.body.text())
  } catch (error) {
    const { hostname, host } = new URL(origin)
    return unreachedLanding({ host, isLocal: isLoopback(hostname) }, networkFailure(error))
  } finally {
    await dispatcher.destroy()
  }
}

type Answer = {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

function judged(origin: string, { statusCode, headers }: Answer, page: string): Finding {
  const said = `POST ${origin}/ is answered with HTTP ${String(statusCode)}`
  const [, code] = /<body[^>]*\sdata-page="([\w-]+)"/.exec(page) ?? []
  if (code === 'token-missing')
    return ok(`POST ${origin}/ reaches this app: it must be the fulfillment URL at AWS Marketplace`)
  if (code === 'connection-insecure') return failed(`${said}, ${code}`, insecure)
  if (code !== undefined) return warning(`${said}, ${code}`, `Look ${code} up in docs/runbook.md, "By code".`)
  if (statusCode >= 300 && statusCode < 400) return redirected(origin, statusCode, headers['location'])
  if ([502, 503, 504].includes(statusCode)) return failed(`${said} by a proxy or load balancer`, noInstance)
  if ([401, 403].includes(statusCode)) return failed(`${said}, and not by this app`, refused)
  return failed(`${said}, and not by this app`, anotherService)
}

function redirected(origin: string, statusCode: number, location: string | string[] | undefined): Finding {
  const target = URL.parse(typeof location === 'string' ? location : '', origin)
  const end = target === null ? 'an unreadable address' : `${target.origin}${target.pathname}`
  const found = `POST ${origin}/ is redirected to ${end} (HTTP ${String(statusCode)})`
  if ([307, 308].includes(statusCode)) return warning(found, useEnd)
  return failed(`${found}: the POST becomes a GET, and the buyer's token is lost`, useEnd)
}

const useEnd =
  'Remove the redirect, or set PUBLIC_URL and the fulfillment URL at AWS Marketplace to the address at its end.'
const insecure =
  'Let the proxy in front send X-Forwarded-Proto: https, and set TRUST_PROXY_HOPS to the exact number of proxies.'
const noInstance =
  'Start the app, and check the port and health check (/readyz) of its target group: the load balancer reaches no instance.'
const refused = 'Let POST / of PUBLIC_URL pass without sign-in: a firewall (WAF), CDN or sign-in in front refuses it.'
const anotherService =
  'Let the DNS record and the load balancer rule of PUBLIC_URL lead to this app, or correct PUBLIC_URL: another service answers.'
