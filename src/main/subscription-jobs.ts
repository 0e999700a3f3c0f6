import type { Config } from '../config/config.ts'
import { createSubscriptions } from '../domain/subscriptions.ts'
import { askAgreementsJob, askEntitlementsJob } from '../jobs/ask.ts'
import { consumeJob } from '../jobs/consume.ts'
import { reconcileJob } from '../jobs/reconcile.ts'
import type { Job } from '../jobs/runner.ts'
import type { Measure } from '../metrics/measure.ts'
import type { Store } from '../store/store.ts'
import type { Services } from './services.ts'
import { logSubscriptions, type SubscriptionLog } from './subscription-log.ts'

export type SubscriptionJobsDeps = {
  readonly config: Config
  readonly store: Store
  readonly services: Services
  readonly logger: SubscriptionLog
  readonly measure: Pick<Measure, 'consumed' | 'polled'>
  readonly now: () => Date
}

/** What follows subscriptions, where that is configured. Only then are its AWS clients loaded. */
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
  const seller = {
    accountId: queueUrl === null ? null : accountOf(queueUrl),
    productCodes: listings.map(({ productCode }) => productCode),
    productIds: productIds.length === 0 ? [] : listings.map(({ productId }) => productId ?? ''),
  }
  const log = logSubscriptions(logger)
  const asking = {
    ...store,
    subscriptions: createSubscriptions({
      transaction: store.transaction,
      notify: services.notify,
      products: config.products,
      seller,
      now,
    }),
    searchAgreements: createSearchAgreements(config.marketplace),
    getEntitlements: createGetEntitlements(config.marketplace),
    onChange: log.changed,
    now,
  }
  const consume = (url: string) =>
    consumeJob({
      queue: createEventsQueue(url, config.marketplace),
      subscriptions: asking.subscriptions,
      checkStore: store.check,
      onPoll: measure.polled,
      onConsumed: (seen, consumed) => {
        log.consumed(seen, consumed)
        measure.consumed(seen, consumed, now())
        if (consumed.outcome === 'applied' && consumed.change !== null) log.changed(consumed.change)
      },
    })
  return [
    ...(queueUrl === null ? [] : [consume(queueUrl)]),
    askAgreementsJob(asking),
    askEntitlementsJob(asking),
    ...(reconcileMs === 0 ? [] : [reconcileJob({ ...asking, productIds, everyMs: reconcileMs })]),
  ]
}
