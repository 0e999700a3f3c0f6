import { randomBytes } from 'node:crypto'
import { boundedMap } from './bounded-map.ts'
import { newAccountId, newLicenseArn, type SimulatedCustomer } from './customer.ts'
import { redirectFields } from './redirect.ts'
import { type ScenarioName, scenarios } from './scenarios.ts'
import type { Behavior } from './scenarios/scenario.ts'

/** What may be said about one token instead of what its scenario says. */
export type Overrides = Partial<SimulatedCustomer> & {
  /** A second redemption answers ExpiredTokenException. */
  readonly singleUse?: boolean
  /** The scenario's failure holds for this many calls; then the customer is answered. */
  readonly times?: number
  readonly latencyMs?: number
  /** The redirect's `x-amzn-marketplace-offer-type`. */
  readonly offerType?: string
}

export type IssuedToken = {
  readonly token: string
  /** The form fields that the buyer's browser posts to the landing, the token among them. */
  readonly fields: Readonly<Record<string, string>>
  /** Whom the token stands for. As overrides, it gives another token of the same purchase. */
  readonly customer: SimulatedCustomer
}

/** A token's scenario and how often it was used. */
export type Grant = {
  readonly scenario: ScenarioName
  readonly behavior: Behavior
  readonly customer: SimulatedCustomer
  readonly times: number
  readonly latencyMs: number
  readonly singleUse: boolean
  calls: number
  redeemed: boolean
}

export type Tokens = {
  readonly issue: (scenario: ScenarioName, overrides?: Overrides) => IssuedToken
  readonly find: (token: string) => Grant | undefined
}

type Settings = { readonly productCode: string; readonly landingUrl: () => string; readonly maxTokens: number }

export function createTokens({ productCode, landingUrl, maxTokens }: Settings): Tokens {
  const grants = boundedMap<string, Grant>(maxTokens)
  return {
    find: grants.get,
    issue: (scenario, overrides = {}) => {
      const grant = newGrant(scenario, productCode, overrides)
      const token = newToken()
      grants.set(token, grant)
      const offerType = overrides.offerType ?? scenarios[scenario].offerType ?? null
      const fields = redirectFields(token, { offerType, claimsFor: scenarios[scenario].claims ? landingUrl() : null })
      return { token, fields, customer: grant.customer }
    },
  }
}

export function newGrant(scenario: ScenarioName, productCode: string, overrides: Overrides = {}): Grant {
  const { behavior, customer, ...said } = scenarios[scenario]
  const usual = { awsAccountId: newAccountId(), productCode, licenseArn: newLicenseArn(), customerIdentifier: '' }
  const { awsAccountId, licenseArn, customerIdentifier, ...rest } = { ...usual, ...customer?.(), ...overrides }
  return {
    scenario,
    behavior,
    customer: { awsAccountId, productCode: rest.productCode, licenseArn, customerIdentifier },
    times: overrides.times ?? said.times ?? Infinity,
    latencyMs: overrides.latencyMs ?? said.latencyMs ?? 0,
    singleUse: overrides.singleUse ?? said.singleUse ?? false,
    calls: 0,
    redeemed: false,
  }
}

/** Like the real ones: 136 bytes as 184 characters of base64, always with the `+` and `/` that careless decoders break. */
export function newToken(): string {
  for (;;) {
    const token = randomBytes(136).toString('base64')
    if (token.includes('+') && token.includes('/')) return token
  }
}
