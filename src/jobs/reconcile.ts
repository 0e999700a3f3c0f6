import type { Agreement, SearchAgreements } from '../domain/agreement.ts'
import type { SubscriptionChange } from '../domain/subscription-apply.ts'
import type { Subscriptions } from '../domain/subscriptions.ts'
import type { Query } from '../domain/unit-of-work.ts'
import type { Job } from './runner.ts'

export type ReconcileDeps = {
  readonly query: Query
  readonly leases: {
    readonly take: (name: string, lastsMs: number) => Promise<boolean>
    readonly release: (name: string) => Promise<void>
  }
  readonly subscriptions: Pick<Subscriptions, 'reconcile' | 'recheckEntitlements'>
  readonly searchAgreements: SearchAgreements
  readonly productIds: readonly string[]
  readonly everyMs: number
  readonly onChange: (change: SubscriptionChange) => void
  /** Milliseconds since an arbitrary moment. */
  readonly elapsedMs: () => number
}

const name = 'reconcile'
/** Longer than one page takes. Renewed for each page, so that the lease of an instance that was killed soon expires. */
const leaseMs = 60_000
/** Registrations whose agreement no product's list has. Each costs one call of AWS. */
const mostLicenses = 500

/**
 * Compares the agreements that AWS lists with what is stored: at the start, and again after each interval. One instance at a time
 * does it; the others wait for their turn.
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
