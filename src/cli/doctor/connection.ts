import type { Config } from '../../config/config.ts'
import { failed, ok, warning, type Check } from './check.ts'

/** Checks that buyers reach the app over https. */
export function checkAddress({ origin, secure }: Pick<Config, 'origin' | 'secure'>): Check {
  if (secure) return ok('address', origin)
  return warning(
    'address',
    `${origin} is for this machine only`,
    'Set PUBLIC_URL to the https:// origin that buyers see.',
  )
}

/** Only a buyer's request shows how many stand in front: `web/middleware/proxy.ts` looks. */
const learned =
  'whether as many stand in front is unknown here: the log warns of TRUST_PROXY_HOPS when a landing passed fewer'

/** Without a trusted proxy the app cannot know that a buyer uses https, and refuses every buyer as `connection-insecure`. */
export function checkProxies({ secure, trustProxyHops }: Pick<Config, 'secure' | 'trustProxyHops'>): Check {
  if (trustProxyHops > 0) return ok('proxies', `${String(trustProxyHops)} trusted; ${learned}`)
  if (!secure) return ok('proxies', '0 trusted')
  return failed(
    'proxies',
    'PUBLIC_URL is https, but no proxy is trusted to say so: every landing would end on connection-insecure',
    'Set TRUST_PROXY_HOPS to the exact number of proxies in front of the app: 1 behind an Application Load Balancer.',
  )
}
