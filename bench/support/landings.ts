import autocannon from 'autocannon'
import type { Market } from '../../test/support/buyers/market.ts'

export type Crowd = {
  readonly connections: number
  /** How long AWS takes to answer. */
  readonly latencyMs: number
  /** Lands for so long, or so many buyers. */
  readonly for: { readonly seconds: number } | { readonly landings: number }
}

/** More than any subject serves. */
const mostPerSecond = 3_500

/** Lands over so many connections, each with the next buyer as soon as the last is answered. Resolves with landings a second. */
export async function landAtOnce(market: Market, url: string, crowd: Crowd): Promise<number> {
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
  return landed / duration
}
