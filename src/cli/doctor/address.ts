import { failed, ok, warning, type Finding } from './finding.ts'
import type { Setup } from './setup.ts'

/** Checks PUBLIC_URL and TRUST_PROXY_HOPS. */
export function checkAddress({ config: { origin, secure } }: Pick<Setup, 'config'>): Finding {
  if (secure) return ok(origin)
  return warning(`${origin} is for this machine only`, 'Set PUBLIC_URL to the https:// origin that buyers see.')
}

/** Only a buyer's request shows the number of proxies; `web/middleware/proxy.ts` checks it. */
const unknown = 'the actual number is not known here: the log warns when a landing passed fewer proxies'

/** Without a trusted proxy the app cannot know that a buyer uses https, so every landing fails as `connection-insecure`. */
export function checkProxies({ config: { secure, trustProxyHops } }: Pick<Setup, 'config'>): Finding {
  if (trustProxyHops > 0) return ok(`${String(trustProxyHops)} trusted; ${unknown}`)
  if (!secure) return ok('0 trusted')
  return failed(
    'PUBLIC_URL is https, but no proxy is trusted: every landing would fail as connection-insecure',
    'Set TRUST_PROXY_HOPS to the exact number of proxies in front of the app: 1 behind an Application Load Balancer.',
  )
}
