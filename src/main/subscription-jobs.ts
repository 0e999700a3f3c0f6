import type { Config } from '../config/config.ts'
import { createSubscriptions } from '../domain/subscriptions.ts'
import { adoptJob } from '../jobs/adopt.ts'
import { checkAgreementsJob, checkEntitlementsJob } from '../jobs/check.ts'
import { consumeJob } from '../jobs/consume.ts'
import { reconcileJob } from '../jobs/reconcile.ts'
import type { Job } from '../jobs/runner.ts'
import type { Measure } from '../metrics/measure.ts'
import type { Store } from '../store/store.ts'
import type { Services } from './services.ts'
import { logSubscriptions, type SubscriptionLog } from './subscription-log.ts'

type SubscriptionJobsDeps = {
  readonly config: Config
  readonly store: Store
  readonly services: Services
  readonly logger: SubscriptionLog
  readonly measure: Pick<Measure, 'consumed' | 'polled'>
  readonly now: () => Date
}

/** The jobs that follow subscriptions; none if this is off. Loads the AWS clients only if it is on. */
export async function subscriptionJobs(deps: SubscriptionJobsDeps): Promise<readonly Job[]> {
  const { config, store, services, logger, measure, now } = deps
  if (config.subscriptions === null) return []
  const { queueUrl, reconcileMs } = config.subscriptions
  const listings = config.products.all.flatMap((product) => product.listings)
  const productIds = listings.flatMap(({ productId }) => productId ?? [])
  const [{ accountOf }, { createEventsQueue }, { createSearchAgreements }, { createGetEntitlements }] =
    await Promise.all([
      import('../aws/queue-url.ts'),
      import('../aws/queue.ts'),
      import('../aws/agreements.ts'),
      import('../aws/entitlements.ts'),
    ])
  const { query, leases } = store
  const log = logSubscriptions(logger)
  const onChange = log.changed
  const accountId = queueUrl === null ? null : accountOf(queueUrl)
  const subscriptions = createSubscriptions({
    transaction: store.transaction,
    notify: services.notify,
    products: config.products,
    now,
    seller: { accountId, listings },
  })
  // Does not use the deadline of ResolveCustomer, because no buyer waits for these calls.
  const { region, role } = config.marketplace
  const caller = { region, role }
  const searchAgreements = createSearchAgreements(caller)
  const checks = {
    query,
    subscriptions,
    searchAgreements,
    onChange,
    getEntitlements: createGetEntitlements(caller),
  }
  const elapsedMs = () => performance.now()
  const jobs = [adoptJob({ subscriptions, onChange }), checkAgreementsJob(checks), checkEntitlementsJob(checks)]
  if (queueUrl !== null)
    jobs.push(
      consumeJob({
        queue: createEventsQueue(queueUrl, caller),
        subscriptions,
        checkStore: store.check,
        onPoll: measure.polled,
        onConsumed: (seen, consumed) => {
          log.consumed(seen, consumed)
          measure.consumed(seen, consumed, now())
          if (consumed.outcome === 'applied') for (const change of consumed.changes) onChange(change)
        },
      }),
    )
  if (reconcileMs > 0)
    jobs.push(
      reconcileJob({
        query,
        leases,
        subscriptions,
        searchAgreements,
        productIds,
        onChange,
        elapsedMs,
        everyMs: reconcileMs,
      }),
    )
  return jobs
}
