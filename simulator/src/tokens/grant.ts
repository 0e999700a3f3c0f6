import type { PurchaseOptions } from '../market/purchase-options.ts'
import type { Behavior } from '../scenarios/scenario.ts'
import { type ScenarioName, scenarios } from '../scenarios/scenarios.ts'
import { newAccountId, newLicenseArn, type SimulatedCustomer } from './customer.ts'

/** What a caller chooses about a token instead of its scenario. */
export type Overrides = { readonly [K in keyof SimulatedCustomer]?: SimulatedCustomer[K] | undefined } & {
  /** Further calls with the token answer ExpiredTokenException. */
  readonly singleUse?: boolean | undefined
  /** The number of calls for which the scenario's failure lasts. Then the customer is answered. */
  readonly times?: number | undefined
  readonly latencyMs?: number | undefined
  /** The form's `x-amzn-marketplace-offer-type`. */
  readonly offerType?: string | undefined
  /** For a new purchase only: how it differs from the usual one. */
  readonly purchase?: Partial<PurchaseOptions>
}

/** What ResolveCustomer does with a token. */
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
  isRedeemed: boolean
}

type Defaults = { readonly productCode: string; readonly customerIdentifier: string | null }

export function newGrant(scenario: ScenarioName, defaults: Defaults, overrides: Overrides = {}): Grant {
  const { behavior, customer: customerOf, ...usual } = scenarios[scenario]
  const product = overrides.productCode ?? defaults.productCode
  const customer = customerOf?.(product) ?? {}
  return {
    scenario,
    behavior,
    customer: {
      awsAccountId: overrides.awsAccountId ?? customer.awsAccountId ?? newAccountId(),
      productCode: overrides.productCode ?? customer.productCode ?? product,
      licenseArn: firstDefined(overrides.licenseArn, customer.licenseArn, newLicenseArn()) ?? null,
      customerIdentifier:
        firstDefined(overrides.customerIdentifier, customer.customerIdentifier, defaults.customerIdentifier) ?? null,
    },
    times: overrides.times ?? usual.times ?? Infinity,
    latencyMs: overrides.latencyMs ?? usual.latencyMs ?? 0,
    singleUse: overrides.singleUse ?? usual.singleUse ?? false,
    onRedeem: () => undefined,
    calls: 0,
    isRedeemed: false,
  }
}

/** Null is a value: it leaves a field out of the answer. */
function firstDefined<T>(...values: readonly (T | null | undefined)[]): T | null | undefined {
  return values.find((value) => value !== undefined)
}
