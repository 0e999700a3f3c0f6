import type { RequestHandler } from 'express'

/** Lower-cases `X-Forwarded-Proto`, because Express does not recognize `HTTPS`. */
export const lowerCaseProtocol: RequestHandler = (req, _res, next) => {
  const protocol = req.get('X-Forwarded-Proto')
  if (protocol !== undefined) req.headers['x-forwarded-proto'] = protocol.toLowerCase()
  next()
}

/**
 * Warns once if a landing passed fewer proxies than are trusted. The client's address is then the first one in
 * `X-Forwarded-For`, which any client can set. Ignores health checks, which do not pass the proxies.
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
