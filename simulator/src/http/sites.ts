/**
 * Warns when a browser treats simulator and landing page differently from AWS and a page in
 * production.
 */
export function siteWarnings(simulatorUrl: string, landingUrl: string): readonly string[] {
  const [simulator, landing] = [new URL(simulatorUrl), new URL(landingUrl)]
  return [
    ...(isSameSite(simulator, landing)
      ? [
          `The simulator (${simulator.host}) and the landing page (${landing.host}) are one site to a browser. It sends cookies ` +
            'that it would not send when a buyer comes from AWS. Use localhost for one and 127.0.0.1 for the other.',
        ]
      : []),
    ...(landing.protocol === 'http:' && !isLoopback(landing)
      ? [
          `${landing.origin} uses http. Buyers use https; over http a browser drops Secure cookies. ` +
            'Use the https address.',
        ]
      : []),
  ]
}

/** Browsers keep Secure cookies of this machine over http, too. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127\./.test(hostname)
}

/** As browsers see it: the scheme counts, the port does not. */
export function isSameSite(one: URL, other: URL): boolean {
  return one.protocol === other.protocol && siteOf(one) === siteOf(other)
}

// The last two labels. This is good enough without the list of public suffixes.
function siteOf({ hostname }: URL): string {
  if (/^[\d.]+$|:/.test(hostname)) return hostname
  return hostname.split('.').slice(-2).join('.')
}
