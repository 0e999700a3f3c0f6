import type { SimulatedCustomer } from '../tokens/customer.ts'
import type { Failure } from '../aws/metering/failures.ts'
import type { PurchaseOptions } from '../market/purchase-options.ts'

/**
 * What ResolveCustomer answers to a token. `customer`: the buyer. `late-license`: the buyer, but
 * the first answer for the purchase has no license. `empty`: `{}`. `html`: a proxy's 502. `reset`:
 * the connection is cut. `hang`: no answer.
 */
export type Behavior =
  | Failure
  | { readonly kind: 'customer' }
  | { readonly kind: 'late-license' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'html' | 'reset' | 'hang' }

export type Scenario = {
  readonly title: string
  /** One sentence for the page: what happens. */
  readonly simulates: string
  /** One sentence for the page: what the buyer should see. */
  readonly expects: string
  readonly behavior: Behavior
  /** Differences from a new buyer of the product with this code. */
  readonly customer?: (productCode: string) => Partial<SimulatedCustomer>
  /** Differences from the usual purchase. */
  readonly purchase?: Partial<PurchaseOptions>
  readonly offerType?: string
  /** The form also has the undocumented agreement and product fields. */
  readonly claims?: true
  /** The behavior applies to this many calls with a token; default: all. */
  readonly times?: number
  readonly latencyMs?: number
  readonly singleUse?: true
}

export type Scenarios = Readonly<Record<string, Scenario>>
