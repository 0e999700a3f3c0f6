import type { Principal } from '../../aws/principal.ts'
import type { Config } from '../../config/config.ts'
import { asAppError } from '../../errors.ts'
import { failed, ok, skipped, warning, type Check } from './check.ts'
import { refusal } from './refusal.ts'

type Following = Pick<Config, 'subscriptions' | 'marketplace' | 'products'>

const deadlineMs = 5_000

/** Reads one page of the agreements of each product. */
export function checkAgreements(
  { subscriptions, marketplace, products }: Following,
  principal: Principal | null,
): Promise<Check> {
  return checkCall('SearchAgreements', subscriptions, principal, async () => {
    const { createFirstAgreements } = await import('../../aws/agreements.ts')
    const read = createFirstAgreements({ ...marketplace, deadlineMs })
    const productIds = products.all.flatMap(({ listings }) => listings.flatMap(({ productId }) => productId ?? []))
    if (productIds.length === 0) {
      await read(null)
      return 'allowed. PRODUCT_IDS is not set: agreements are not compared with registrations'
    }
    const counts: string[] = []
    for (const productId of productIds) {
      const { items, nextToken } = await read(productId)
      counts.push(`${productId} has ${nextToken ? 'more than ' : ''}${String(items.length)}`)
    }
    return `allowed. Agreements: ${counts.join(', ')}`
  })
}

/** Asks for one entitlement of each product. */
export function checkEntitlements(
  { subscriptions, marketplace, products }: Following,
  principal: Principal | null,
): Promise<Check> {
  return checkCall('GetEntitlements', subscriptions, principal, async () => {
    const { createEntitlementsProbe } = await import('../../aws/entitlements.ts')
    const ask = createEntitlementsProbe({ ...marketplace, deadlineMs })
    const productCodes = products.all.flatMap(({ listings }) => listings.map(({ productCode }) => productCode))
    for (const productCode of productCodes) await ask(productCode)
    return `allowed for ${productCodes.join(', ')}`
  })
}

async function checkCall(
  name: string,
  subscriptions: Config['subscriptions'],
  principal: Principal | null,
  call: () => Promise<string>,
): Promise<Check> {
  if (subscriptions === null)
    return skipped(name, 'EVENTS_QUEUE_URL and PRODUCT_IDS are not set: subscriptions are not followed')
  if (principal === null) return skipped(name, 'needs credentials, and the role')
  try {
    return ok(name, await call())
  } catch (error) {
    const failure = asAppError(error)
    const { found, hint } = refusal(failure, principal)
    return failure.code === 'marketplace-busy' ? warning(name, found, hint) : failed(name, found, hint)
  }
}
