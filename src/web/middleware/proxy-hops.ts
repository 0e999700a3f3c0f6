import type { RequestHandler } from 'express'

/**
 * Warns once when a landing passed fewer proxies than are trusted: then the first address in `X-Forwarded-For` is believed,
 * which any client may write. Only a real request shows it, and health checks come past the proxies.
 */
export function watchProxyHops(trustProxyHops: number): RequestHandler {
  let warned = false
  return (req, _res, next) => {
    const passed = req.get('X-Forwarded-For')?.split(',').length ?? 0
    if (!warned && passed < trustProxyHops) {
      warned = true
      const hint = `Set TRUST_PROXY_HOPS to the exact number of proxies in front of the app; this landing passed ${String(passed)}`
      req.log.warn({ hint, trusted: trustProxyHops, passed }, 'fewer proxies than TRUST_PROXY_HOPS')
    }
    next()
  }
}
