import type { Agreement, SearchAgreements } from '../domain/agreement.ts'
import type { Leases } from '../domain/leases.ts'
import type { SubscriptionChange } from '../domain/subscription-apply.ts'
import type { Subscriptions } from '../domain/subscriptions.ts'
import type { Query } from '../domain/unit-of-work.ts'
import type { Job } from './runner.ts'

type ReconcileDeps = {
  readonly query: Query
  readonly leases: Leases
  readonly subscriptions: Pick<Subscriptions, 'reconcile' | 'recheckEntitlements'>
  readonly searchAgreements: SearchAgreements
  readonly productIds: readonly string[]
  readonly everyMs: number
  readonly onChange: (change: SubscriptionChange) => void
  /** A monotonic clock, in milliseconds. */
  readonly elapsedMs: () => number
}

const name = 'reconcile'
/** Longer than any page. Renewed for each page, so that the lease of a killed instance expires soon. */
const leaseMs = 60_000
/** The limit of registrations whose agreement is in no product's list. Each needs one call to AWS. */
const mostLicenses = 500

/**
 * Compares the agreements that AWS lists with the stored ones: at the start and after each interval. Only one instance does this
 * at a time.
 */
export function reconcileJob(deps: ReconcileDeps): Job {
  const { query, leases, subscriptions, searchAgreements, productIds, everyMs, onChange, elapsedMs } = deps
  let dueAt = 0
  let failures = 0

  async function reconcile(signal: AbortSignal): Promise<void> {
    const licenseArns = await query((rows) => rows.subscriptions.findUnconfirmed(mostLicenses))
    const filters = [
      ...productIds.map((productId) => ({ productId })),
      ...licenseArns.map((licenseArn) => ({ licenseArn })),
    ]
    for (const filter of filters)
      for await (const agreements of searchAgreements(filter)) {
        if (signal.aborted || !(await leases.take(name, leaseMs))) return
        await store(agreements)
      }
    await subscriptions.recheckEntitlements()
  }

  async function store(agreements: readonly Agreement[]): Promise<void> {
    for (const agreement of agreements) for (const change of await subscriptions.reconcile(agreement)) onChange(change)
  }

  return {
    name,
    pauseMs: 1_000,
    run: async (signal) => {
      if (elapsedMs() < dueAt || !(await leases.take(name, leaseMs))) return
      try {
        await reconcile(signal)
        failures = 0
        dueAt = elapsedMs() + everyMs
      } catch (error) {
        failures += 1
        dueAt = elapsedMs() + Math.min(1000 * 2 ** failures, everyMs)
        throw error
      } finally {
        await leases.release(name)
      }
    },
  }
}
