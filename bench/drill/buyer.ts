import type { Contact } from '../../src/domain/contact.ts'
import type { Market } from './market.ts'

/** Somebody who has bought, with what the database must say of them in the end. */
export type Buyer = {
  readonly account: string
  readonly license: string | null
  /** Landed with one after the other. */
  readonly tokens: readonly string[]
  readonly contact: Contact
  /** Clicks at AWS once more when all is done. */
  readonly comesBack: boolean
  /** How long AWS takes to answer for each of the tokens. */
  readonly latencyMs: number
}

/** Buyers of all kinds, each of an AWS account of its own. */
export function createBuyers(market: Market, newLatency = () => 0): () => Promise<Buyer> {
  let count = 0
  return async () => {
    const n = (count += 1)
    const account = String(100_000_000_000 + n)
    const license = `arn:aws:license-manager::294406891311:license:l-${n.toString(16).padStart(32, '0')}`
    const contact = {
      email: `buyer-${String(n)}@example.com`,
      name: `Zoë Buyer ${String(n)}`,
      company: `Company ${String(n)} & Söhne`,
      phone: n % 3 === 0 ? null : `+1 206 555 ${String(n).padStart(6, '0')}`,
    }
    const latencyMs = newLatency()
    const buyer = { account, contact, latencyMs, comesBack: n % 10 === 3 }
    if (n % 10 === 1) {
      const tokens = [await market.token({ scenario: 'no-license', awsAccountId: account, latencyMs })]
      return { ...buyer, license: null, tokens }
    }
    const scenario = n % 10 === 2 ? 'late-license' : 'new-buyer'
    const order = { scenario, awsAccountId: account, licenseArn: license, latencyMs }
    const tokens = [await market.token(order)]
    if (n % 10 === 2) tokens.push(await market.token(order))
    return { ...buyer, license, tokens }
  }
}
