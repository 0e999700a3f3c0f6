import autocannon from 'autocannon'
import type { Market } from '../../test/support/buyers/market.ts'

type LandingLoad = {
  readonly connections: number
  /** The latency of the simulated AWS. */
  readonly latencyMs: number
  /** Stops after this time or this number of landings. */
  readonly for: { readonly seconds: number } | { readonly landings: number }
}

type Landings = {
  readonly landed: number
  readonly perSecond: number
  /** The 99th percentile of the response times, in milliseconds. */
  readonly answer99Ms: number
}

/** More than any subject can serve. */
const mostPerSecond = 3_500

/** Lands over many connections. Each connection sends the next landing as soon as the previous one is answered. */
export async function landAtOnce(market: Market, url: string, load: LandingLoad): Promise<Landings> {
  const { connections, latencyMs } = load
  const span = load.for
  const most = connections + ('seconds' in span ? span.seconds * mostPerSecond : span.landings)
  const tokens: string[] = []
  while (tokens.length < most) tokens.push(...(await market.tokens({ scenario: 'new-buyer', latencyMs }, 5_000)))
  const result = await autocannon({
    url,
    connections,
    ...('seconds' in span ? { duration: span.seconds } : { amount: span.landings }),
    requests: [
      {
        method: 'POST',
        path: '/',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'X-Forwarded-Proto': 'https' },
        setupRequest: (request) => {
          const token = tokens.pop()
          if (token === undefined) throw new Error('out of tokens')
          return { ...request, body: `x-amzn-marketplace-token=${encodeURIComponent(token)}` }
        },
      },
    ],
  })
  const { '3xx': landed, requests, errors, duration } = result
  if (landed === 0 || landed < requests.total || errors > 0)
    throw new Error(
      `${String(landed)} of ${String(requests.total)} landings succeeded, ${String(errors)} had no response`,
    )
  return { landed, perSecond: landed / duration, answer99Ms: result.latency.p99 }
}
