import { boundedMap } from '../../bounded-map.ts'
import type { Behavior } from '../../scenarios/scenario.ts'
import type { SimulatedCustomer } from '../../tokens/customer.ts'
import type { Grant } from '../../tokens/grant.ts'
import { type Failure, failures } from './failures.ts'

/** The result of a ResolveCustomer call. */
export type Outcome =
  | Failure
  | { readonly kind: 'customer' | 'empty'; readonly body: Readonly<Record<string, string>> }
  | { readonly kind: 'html' | 'reset' | 'hang' }

/** Redeems tokens. The first answer for a purchase with a late license has no license. */
export function createRedeem(maxPurchases: number): (grant: Grant) => Outcome {
  const answered = boundedMap<string, true>(maxPurchases)

  function withoutLateLicense(customer: SimulatedCustomer): SimulatedCustomer {
    const purchase = customer.licenseArn ?? customer.awsAccountId
    if (answered.get(purchase)) return customer
    answered.set(purchase, true)
    return { ...customer, licenseArn: null }
  }

  return (grant) => {
    grant.calls += 1
    const behavior: Behavior = grant.calls > grant.times ? { kind: 'customer' } : grant.behavior
    if (behavior.kind === 'empty') return { kind: 'empty', body: {} }
    if (behavior.kind !== 'customer' && behavior.kind !== 'late-license') return behavior
    if (grant.singleUse && grant.isRedeemed) return failures.expiredToken
    grant.isRedeemed = true
    grant.onRedeem()
    const customer = behavior.kind === 'customer' ? grant.customer : withoutLateLicense(grant.customer)
    return { kind: 'customer', body: bodyOf(customer) }
  }
}

function bodyOf(customer: SimulatedCustomer): Readonly<Record<string, string>> {
  return {
    ProductCode: customer.productCode,
    ...(customer.customerIdentifier !== null && { CustomerIdentifier: customer.customerIdentifier }),
    CustomerAWSAccountId: customer.awsAccountId,
    ...(customer.licenseArn !== null && { LicenseArn: customer.licenseArn }),
  }
}
