import type { Principal } from '../../aws/principal.ts'
import { AppError, asAppError } from '../../errors.ts'
import { followingFailure } from './following-failure.ts'
import { ok, skipped, warning, type Finding } from './finding.ts'
import type { Setup } from './setup.ts'

type Following = Pick<Setup, 'config' | 'caller'>

const deadlineMs = 5_000

/** Reads one page of the agreements of each product. */
export function checkAgreements({
  config: { products, marketplace, subscriptions },
  caller,
}: Following): Promise<Finding> {
  return checkCall(subscriptions !== null, caller, async ({ arn }) => {
    const { createFirstAgreements } = await import('../../aws/agreements.ts')
    const read = createFirstAgreements({ ...marketplace, deadlineMs })
    const productIds = products.all.flatMap(({ listings }) => listings.flatMap(({ productId }) => productId ?? []))
    if (productIds.length === 0) {
      await read(null)
      return ok('allowed. No product id is configured: agreements are not compared with registrations')
    }
    const counts: string[] = []
    const none: string[] = []
    for (const productId of productIds) {
      const { items, nextToken } = await read(productId)
      if (items.length === 0) none.push(productId)
      counts.push(`${productId} has ${nextToken ? 'more than ' : ''}${String(items.length)}`)
    }
    const found = `allowed. Agreements: ${counts.join(', ')}`
    const account = arn?.split(':')[4] ?? 'of the credentials'
    return none.length === 0 ? ok(found) : warning(found, ...none.map((productId) => noAgreement(productId, account)))
  })
}

function noAgreement(productId: string, account: string): string {
  return (
    `Check that ${productId} is the product's id and that AWS account ${account} published it: it has no agreement at all. ` +
    'Before the first purchase that is normal.'
  )
}

/** Reads one entitlement of each product. */
export function checkEntitlements({
  config: { products, marketplace, subscriptions },
  caller,
}: Following): Promise<Finding> {
  return checkCall(subscriptions !== null, caller, async () => {
    const { createEntitlementsProbe } = await import('../../aws/entitlements.ts')
    const probe = createEntitlementsProbe({ ...marketplace, deadlineMs })
    const productCodes = products.all.flatMap(({ listings }) => listings.map(({ productCode }) => productCode))
    for (const productCode of productCodes) await probe(productCode)
    return ok(`allowed for ${productCodes.join(', ')}`)
  })
}

async function checkCall(
  isFollowed: boolean,
  caller: Setup['caller'],
  call: (principal: Principal) => Promise<Finding>,
): Promise<Finding> {
  if (!isFollowed) return skipped('EVENTS_QUEUE_URL and PRODUCT_IDS are not set: subscriptions are not followed')
  const principal = await caller
  if (principal instanceof AppError) return skipped('not checked: needs the credentials and the role')
  return call(principal).catch((error: unknown) => followingFailure(asAppError(error), principal))
}
