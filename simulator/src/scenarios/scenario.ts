import type { SimulatedCustomer } from '../tokens/customer.ts'
import type { Failure } from '../aws/metering/failures.ts'
import type { PurchaseOptions } from '../market/purchase-options.ts'

/**
 * What ResolveCustomer does with a token. `customer`: names the buyer. `late-license`: the same, but the purchase's first
 * answer lacks the license. `empty`: `{}`. `html`: a proxy's 502. `reset`: cuts the connection. `hang`: never answers.
 */
export type Behavior =
  | Failure
  | { readonly kind: 'customer' }
  | { readonly kind: 'late-license' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'html' | 'reset' | 'hang' }

export type Scenario = {
  readonly title: string
  /** One sentence for the page: what is simulated. */
  readonly simulates: string
  /** One sentence for the page: what the buyer should see. */
  readonly expects: string
  readonly behavior: Behavior
  /** What differs from a fresh buyer of the seller's product. */
  readonly customer?: () => Partial<SimulatedCustomer>
  /** What differs from the plainest purchase. */
  readonly purchase?: Partial<PurchaseOptions>
  readonly offerType?: string
  /** The redirect also carries the undocumented agreement and product fields. */
  readonly claims?: true
  /** The behavior holds for this many calls of a token; then the customer is answered. Otherwise for ever. */
  readonly times?: number
  readonly latencyMs?: number
  readonly singleUse?: true
}

export type Scenarios = Readonly<Record<string, Scenario>>
