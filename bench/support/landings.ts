import autocannon from 'autocannon'
import type { Market } from '../../test/support/buyers/market.ts'

export type Crowd = {
  readonly connections: number
  /** How long AWS takes to answer. */
  readonly latencyMs: number
  /** Lands for this time, or this number of buyers. */
  readonly for: { readonly seconds: number } | { readonly landings: number }
}

export type Landings = {
  readonly landed: number
  readonly perSecond: number
  /** The 99th percentile of the answers' times, in milliseconds. */
  readonly answer99Ms: number
}

/** More than any subject serves. */
const mostPerSecond = 3_500

/** Lands over many connections, each with the next buyer as soon as the one before is answered. */
export async function landAtOnce(market: Market, url: string, crowd: Crowd): Promise<Landings> {
  const { connections, latencyMs } = crowd
  const span = crowd.for
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
    throw new Error(`of ${String(requests.total)} landings ${String(landed)} led on, ${String(errors)} had no answer`)
  return { landed, perSecond: landed / duration, answer99Ms: result.latency.p99 }
}
