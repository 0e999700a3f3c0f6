import { defaultProduct, type ProductOptions } from './products.ts'
import type { ScenarioName } from './scenarios/scenarios.ts'

export type SimulatorOptions = {
  readonly host?: string
  /** 0 takes any free port. */
  readonly port?: number
  /** The seller's fulfillment URL: where “Set up your account” posts the token. */
  readonly landingUrl?: string
  /** The seller's products. The first one is the default. */
  readonly products?: readonly ProductOptions[]
  /** The code and id of the only product, instead of `products`. */
  readonly productCode?: string
  readonly productId?: string
  /** Where events are posted, in addition to the queue. */
  readonly eventsUrl?: string
  /** Sends License Updated this long after each purchase. */
  readonly activateAfterMs?: number
  /** `whsec_…`: verifies webhooks. Several are separated by commas. */
  readonly webhookSecret?: string
  /** Redeems handoff codes. */
  readonly handoffSecret?: string
  /** Where codes are redeemed. By default `/handoff` of the landing URL. */
  readonly handoffUrl?: string
  /** The bearer secret for the landing page's API. */
  readonly apiSecret?: string
  /** The address of that API. By default `/api` of the landing URL. */
  readonly apiUrl?: string
  /** The scenario of tokens that the simulator did not issue. */
  readonly unknownTokens?: ScenarioName
  /** Gets a line for each call, never with a token. */
  readonly log?: (line: string) => void
  /** How many tokens are kept; the oldest are dropped. */
  readonly maxTokens?: number
  /** How many calls `calls.list` keeps. */
  readonly keepCalls?: number
}

/** The products to sell; none means the default product. */
export function productsIn({ products = [], productCode, productId }: SimulatorOptions): readonly ProductOptions[] {
  if (productCode === undefined) return products
  const { code, title } = defaultProduct
  const id = productId === undefined ? {} : { id: productId }
  return [{ code: productCode, ...(productCode === code && { title }), ...id }]
}
