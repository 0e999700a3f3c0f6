import { boundedMap } from '../../bounded-map.ts'
import type { SimulatedCustomer } from '../../tokens/customer.ts'
import { type Failure, failures } from './failures.ts'
import type { Behavior } from '../../scenarios/scenario.ts'
import type { Grant } from '../../tokens/tokens.ts'

/** What a call of ResolveCustomer comes to. */
export type Outcome =
  | Failure
  | { readonly kind: 'customer' | 'empty'; readonly body: Readonly<Record<string, string>> }
  | { readonly kind: 'html' | 'reset' | 'hang' }

/** Redeems tokens, and remembers which purchases' licenses are out. */
export function createRedeem(maxPurchases: number): (grant: Grant) => Outcome {
  const seen = boundedMap<string, true>(maxPurchases)

  function withoutLateLicense(customer: SimulatedCustomer): SimulatedCustomer {
    const purchase = customer.licenseArn ?? customer.awsAccountId
    if (seen.get(purchase)) return customer
    seen.set(purchase, true)
    return { ...customer, licenseArn: null }
  }

  return (grant) => {
    grant.calls += 1
    const behavior: Behavior = grant.calls > grant.times ? { kind: 'customer' } : grant.behavior
    if (behavior.kind === 'empty') return { kind: 'empty', body: {} }
    if (behavior.kind !== 'customer' && behavior.kind !== 'late-license') return behavior
    if (grant.singleUse && grant.redeemed) return failures.expiredToken
    grant.redeemed = true
    grant.onRedeem()
    const customer = behavior.kind === 'customer' ? grant.customer : withoutLateLicense(grant.customer)
    return { kind: 'customer', body: wireCustomer(customer) }
  }
}

function wireCustomer(customer: SimulatedCustomer): Readonly<Record<string, string>> {
  return {
    ProductCode: customer.productCode,
    ...(customer.customerIdentifier !== null && { CustomerIdentifier: customer.customerIdentifier }),
    CustomerAWSAccountId: customer.awsAccountId,
    ...(customer.licenseArn !== null && { LicenseArn: customer.licenseArn }),
  }
}
