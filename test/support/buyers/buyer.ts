import type { Promised } from './audit.ts'
import type { Market } from './market.ts'

/** A buyer, and the expected row in the database. */
export type Buyer = Promised['buyer'] & {
  /** The tokens of consecutive landings. */
  readonly tokens: readonly string[]
  /** True if the buyer lands once more after registering. */
  readonly comesBack: boolean
}

export type Buyers = () => Promise<Buyer>

/** Creates buyers of all kinds, each with its own AWS account. `latencyMs` is AWS's latency for the n-th buyer. */
export function createBuyers(market: Market, latencyMs: (n: number) => number = () => 0): Buyers {
  let count = 0
  return async () => {
    const n = (count += 1)
    const kind = n % 10
    const account = String(100_000_000_000 + n)
    const licenseArn = `arn:aws:license-manager::294406891311:license:l-${n.toString(16).padStart(32, '0')}`
    const contact = {
      email: `buyer-${String(n)}@example.com`,
      name: `Zoë Buyer ${String(n)}`,
      company: `Company ${String(n)} & Söhne`,
      phone: n % 3 === 0 ? null : `+1 206 555 ${String(n).padStart(6, '0')}`,
    }
    const order = { awsAccountId: account, latencyMs: latencyMs(n) }
    if (kind === 1) {
      const tokens = await market.tokens({ ...order, scenario: 'no-license' }, 1)
      return { account, license: null, contact, tokens, comesBack: false }
    }
    // A late license comes with the second landing.
    const late = { ...order, licenseArn, scenario: kind === 2 ? 'late-license' : 'new-buyer' }
    const tokens = [...(await market.tokens(late, 1)), ...(kind === 2 ? await market.tokens(late, 1) : [])]
    return { account, license: licenseArn, contact, tokens, comesBack: kind === 3 }
  }
}
