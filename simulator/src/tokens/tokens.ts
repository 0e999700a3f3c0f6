import { randomBytes } from 'node:crypto'
import { boundedMap } from '../bounded-map.ts'
import type { Market } from '../market/market.ts'
import type { Purchase } from '../market/purchase.ts'
import { type ScenarioName, scenarios } from '../scenarios/scenarios.ts'
import type { SimulatedCustomer } from './customer.ts'
import { type Grant, newGrant, type Overrides } from './grant.ts'

export type IssuedToken = {
  readonly token: string
  /** The form that the buyer's browser posts to the landing page, the token included. */
  readonly fields: Readonly<Record<string, string>>
  /** The buyer. Used as overrides, it gives another token of the same purchase. */
  readonly customer: SimulatedCustomer
  /** The id of the purchase. */
  readonly purchase: string
}

export type Tokens = {
  readonly issue: (scenario: ScenarioName, overrides?: Overrides) => IssuedToken
  /** A token for a page. Its purchase starts when the token is redeemed. */
  readonly offer: (scenario: ScenarioName, overrides?: Overrides) => IssuedToken
  readonly find: (token: string) => Grant | undefined
}

type Settings = {
  /** The product of tokens for which none is chosen. */
  readonly productCode: string
  readonly landingUrl: () => string
  readonly maxTokens: number
  readonly market: Market
}

export function createTokens({ productCode, landingUrl, maxTokens, market }: Settings): Tokens {
  const grants = boundedMap<string, Grant>(maxTokens)
  let newBuyers = 0

  /**
   * AWS sends an empty identifier for new products, or none: new buyers have the one and the other
   * in turn.
   */
  function usualIdentifier(scenario: ScenarioName, { customerIdentifier }: Overrides): string | null {
    if (scenario !== 'new-buyer' || customerIdentifier !== undefined) return ''
    newBuyers += 1
    return newBuyers % 2 === 0 ? null : ''
  }

  function offer(scenario: ScenarioName, overrides: Overrides = {}): IssuedToken {
    const customerIdentifier = usualIdentifier(scenario, overrides)
    const grant = newGrant(scenario, { productCode, customerIdentifier }, overrides)
    const options = { ...scenarios[scenario].purchase, ...overrides.purchase }
    const purchase = market.prepare({ scenario, customer: grant.customer, options })
    const token = newToken()
    grants.set(token, grant)
    grant.onRedeem = () => {
      market.make(purchase)
      // A token that outlives its purchase does not keep it in memory.
      grant.onRedeem = () => undefined
    }
    return {
      token,
      fields: {
        'x-amzn-marketplace-token': token,
        ...offerTypeField(overrides.offerType ?? scenarios[scenario].offerType),
        ...(scenarios[scenario].claims && claimFields(purchase, landingUrl())),
      },
      customer: grant.customer,
      purchase: purchase.id,
    }
  }

  return {
    find: grants.get,
    offer,
    issue: (scenario, overrides) => {
      const issued = offer(scenario, overrides)
      grants.get(issued.token)?.onRedeem()
      return issued
    },
  }
}

function offerTypeField(offerType: string | undefined): Readonly<Record<string, string>> {
  return offerType === undefined ? {} : { 'x-amzn-marketplace-offer-type': offerType }
}

/** Fields that AWS sends for some purchases, and does not document. */
function claimFields({ agreementId, product }: Purchase, fulfillmentUrl: string): Readonly<Record<string, string>> {
  return {
    'x-amzn-marketplace-agreement-id': agreementId,
    'x-amzn-marketplace-product-id': product.id,
    'x-amzn-marketplace-fulfillment-url': fulfillmentUrl,
  }
}

/**
 * As real tokens: 136 bytes in base64, always with the `+` and `/` that careless decoders break.
 */
function newToken(): string {
  for (;;) {
    const token = randomBytes(136).toString('base64')
    if (token.includes('+') && token.includes('/')) return token
  }
}
