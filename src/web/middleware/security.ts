import type { RequestHandler } from 'express'
import helmet from 'helmet'

type SecurityOptions = {
  /** True if `PUBLIC_URL` is https. */
  readonly secure: boolean
  /** The logos of all products. */
  readonly logoUrls: readonly (string | null)[]
}

type SecurityHeaders = ReturnType<typeof helmet>

/** The security headers of every response. Only logos may come from another host, and scripts and styles are not inline. */
export function securityHeaders({ secure, logoUrls }: SecurityOptions): SecurityHeaders {
  const logoOrigins = logoUrls.flatMap((url) => (url === null || url.startsWith('/') ? [] : [new URL(url).origin]))
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        baseUri: ["'none'"],
        // For the last page's script, which checks for AWS's confirmation.
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        imgSrc: ["'self'", ...new Set(logoOrigins)],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        // Over plain http, this directive breaks every asset on hosts other than localhost.
        ...(secure ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    // With helmet's default, no-referrer, our own forms would send `Origin: null`.
    referrerPolicy: { policy: 'same-origin' },
    // For this host only, because other subdomains belong to the seller.
    strictTransportSecurity: secure && { includeSubDomains: false },
    xFrameOptions: { action: 'deny' },
  })
}

/** Pages show one buyer's purchase, so no cache may keep them. */
export const noStore: RequestHandler = (_req, res, next) => {
  res.setHeader('Cache-Control', 'no-store')
  next()
}
