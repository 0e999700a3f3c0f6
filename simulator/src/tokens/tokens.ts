import { randomBytes } from 'node:crypto'
import { boundedMap } from '../bounded-map.ts'
import { newAccountId, newLicenseArn, type SimulatedCustomer } from './customer.ts'
import type { Market } from '../market/market.ts'
import type { PurchaseOptions } from '../market/purchase-options.ts'
import { type ScenarioName, scenarios } from '../scenarios/scenarios.ts'
import type { Behavior } from '../scenarios/scenario.ts'

/** What may be said about one token instead of what its scenario says. */
export type Overrides = { readonly [K in keyof SimulatedCustomer]?: SimulatedCustomer[K] | undefined } & {
  /** A second redemption answers ExpiredTokenException. */
  readonly singleUse?: boolean | undefined
  /** The scenario's failure holds for this many calls; then the customer is answered. */
  readonly times?: number | undefined
  readonly latencyMs?: number | undefined
  /** The redirect's `x-amzn-marketplace-offer-type`. */
  readonly offerType?: string | undefined
  /** How the purchase differs from the plainest, when this token is its first. */
  readonly purchase?: Partial<PurchaseOptions>
}

export type IssuedToken = {
  readonly token: string
  /** The form fields that the buyer's browser posts to the landing, the token among them. */
  readonly fields: Readonly<Record<string, string>>
  /** Whom the token stands for. As overrides, it gives another token of the same purchase. */
  readonly customer: SimulatedCustomer
  /** The id of the purchase that the token belongs to. */
  readonly purchase: string
}

/** A token's scenario and how often it was used. */
export type Grant = {
  readonly scenario: ScenarioName
  readonly behavior: Behavior
  readonly customer: SimulatedCustomer
  readonly times: number
  readonly latencyMs: number
  readonly singleUse: boolean
  /** Called whenever the customer is answered. */
  onRedeem: () => void
  calls: number
  redeemed: boolean
}

export type Tokens = {
  readonly issue: (scenario: ScenarioName, overrides?: Overrides) => IssuedToken
  /** A token for a page: its purchase is made only when somebody clicks and the token is redeemed. */
  readonly offer: (scenario: ScenarioName, overrides?: Overrides) => IssuedToken
  readonly find: (token: string) => Grant | undefined
}

type Settings = {
  readonly productCode: string
  readonly landingUrl: () => string
  readonly maxTokens: number
  readonly market: Market
}

export function createTokens({ productCode, landingUrl, maxTokens, market }: Settings): Tokens {
  const grants = boundedMap<string, Grant>(maxTokens)
  let buyers = 0

  function offer(scenario: ScenarioName, overrides: Overrides = {}): IssuedToken {
    // AWS leaves out the identifier of new products, or sends an empty one: every second new buyer has none.
    if (scenario === 'new-buyer' && overrides.customerIdentifier === undefined) buyers += 1
    const usualIdentifier = scenario === 'new-buyer' && buyers % 2 === 0 ? null : ''
    const grant = newGrant(scenario, { productCode, usualIdentifier }, overrides)
    const options = { ...scenarios[scenario].purchase, ...overrides.purchase }
    const purchase = market.prepare({ scenario, customer: grant.customer, options })
    const token = newToken()
    const kept = { ...grant }
    grants.set(token, kept)
    kept.onRedeem = () => {
      market.make(purchase)
      // A token that outlives its purchase does not keep it in memory.
      kept.onRedeem = nothing
    }
    const { agreementId, productId } = purchase
    const claims = scenarios[scenario].claims ? { fulfillmentUrl: landingUrl(), agreementId, productId } : null
    const offerType = overrides.offerType ?? scenarios[scenario].offerType ?? null
    const fields = redirectFields(token, { offerType, claims })
    return { token, fields, customer: grant.customer, purchase: purchase.id }
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

type Usual = { readonly productCode: string; readonly usualIdentifier: string | null }

export function newGrant(scenario: ScenarioName, usual: Usual, overrides: Overrides = {}): Grant {
  const { behavior, customer: customerOf, ...said } = scenarios[scenario]
  const customer = customerOf?.() ?? {}
  return {
    scenario,
    behavior,
    customer: {
      awsAccountId: overrides.awsAccountId ?? customer.awsAccountId ?? newAccountId(),
      productCode: overrides.productCode ?? customer.productCode ?? usual.productCode,
      licenseArn: firstSaid(overrides.licenseArn, customer.licenseArn, newLicenseArn()) ?? null,
      customerIdentifier:
        firstSaid(overrides.customerIdentifier, customer.customerIdentifier, usual.usualIdentifier) ?? null,
    },
    times: overrides.times ?? said.times ?? Infinity,
    latencyMs: overrides.latencyMs ?? said.latencyMs ?? 0,
    singleUse: overrides.singleUse ?? said.singleUse ?? false,
    onRedeem: nothing,
    calls: 0,
    redeemed: false,
  }
}

function nothing(): void {
  // Its purchase is made already.
}

/** Null is said, undefined is not. */
function firstSaid<T>(...values: readonly (T | null | undefined)[]): T | null | undefined {
  return values.find((value) => value !== undefined)
}

/** Like the real ones: 136 bytes as 184 characters of base64, always with the `+` and `/` that careless decoders break. */
export function newToken(): string {
  for (;;) {
    const token = randomBytes(136).toString('base64')
    if (token.includes('+') && token.includes('/')) return token
  }
}

type Extras = {
  readonly offerType: string | null
  /** What the undocumented fields claim; null leaves them out. */
  readonly claims: { readonly fulfillmentUrl: string; readonly agreementId: string; readonly productId: string } | null
}

/** The fields of the form that AWS Marketplace has the buyer's browser post. */
function redirectFields(token: string, { offerType, claims }: Extras): Readonly<Record<string, string>> {
  return {
    'x-amzn-marketplace-token': token,
    ...(offerType !== null && { 'x-amzn-marketplace-offer-type': offerType }),
    ...(claims !== null && {
      'x-amzn-marketplace-agreement-id': claims.agreementId,
      'x-amzn-marketplace-product-id': claims.productId,
      'x-amzn-marketplace-fulfillment-url': claims.fulfillmentUrl,
    }),
  }
}
