/** What makes a browser treat the two addresses otherwise than AWS Marketplace and a landing page in life. */
export function neighborWarnings(simulatorUrl: string, landingUrl: string): readonly string[] {
  const [simulator, landing] = [new URL(simulatorUrl), new URL(landingUrl)]
  return [
    ...(isSameSite(simulator, landing)
      ? [
          `The simulator (${simulator.host}) and the landing page (${landing.host}) are one site to a browser, so it sends cookies ` +
            'that it would keep back when a buyer comes from AWS. Use localhost for one and 127.0.0.1 for the other.',
        ]
      : []),
    ...(landing.protocol === 'http:' && !isLoopback(landing)
      ? [
          `${landing.origin} is driven over http. Buyers come over https; over http a browser drops cookies that are Secure. ` +
            'Give the https address.',
        ]
      : []),
  ]
}

/** A browser keeps Secure cookies of this machine over http too. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127\./.test(hostname)
}

/** As browsers see it: the port does not count, the scheme does. */
export function isSameSite(one: URL, other: URL): boolean {
  return one.protocol === other.protocol && siteOf(one) === siteOf(other)
}

// The last two labels: near enough without the list of public suffixes.
function siteOf({ hostname }: URL): string {
  if (/^[\d.]+$|:/.test(hostname)) return hostname
  return hostname.split('.').slice(-2).join('.')
}
