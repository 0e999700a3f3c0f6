import type { Query } from '../domain/unit-of-work.ts'
import type { Agreement } from '../domain/agreement.ts'
import type { SearchAgreements } from '../domain/subscription-ports.ts'
import type { SubscriptionChange, Subscriptions } from '../domain/subscriptions.ts'
import type { Job } from './runner.ts'

export type ReconcileDeps = {
  readonly query: Query
  readonly leases: {
    readonly take: (name: string, lastsMs: number) => Promise<boolean>
    readonly release: (name: string) => Promise<void>
  }
  readonly subscriptions: Pick<Subscriptions, 'reconcile'>
  readonly searchAgreements: SearchAgreements
  readonly productIds: readonly string[]
  readonly everyMs: number
  readonly onChange: (change: SubscriptionChange) => void
}

const name = 'reconcile'
/** For the pages of one product. */
const leaseMs = 45 * 60_000
/** Of licenses that no product's list named: each is a call of AWS. */
const mostLicenses = 500

/** Compares what AWS lists with what is stored, one task at a time: who paid and never came, and what lost events left behind. */
export function reconcileJob(deps: ReconcileDeps): Job {
  const { query, leases, subscriptions, searchAgreements, productIds, everyMs, onChange } = deps

  async function take(agreements: readonly Agreement[], signal: AbortSignal): Promise<void> {
    for (const agreement of agreements) {
      if (signal.aborted) return
      const change = await subscriptions.reconcile(agreement)
      if (change !== null) onChange(change)
    }
  }

  return {
    name,
    pauseMs: everyMs,
    run: async (signal) => {
      if (!(await leases.take(name, leaseMs))) return
      try {
        for (const productId of productIds) {
          await leases.take(name, leaseMs)
          await take(await searchAgreements({ productId }), signal)
        }
        for (const licenseArn of await query((unit) => unit.subscriptions.findUnconfirmed(mostLicenses))) {
          if (signal.aborted) return
          await take(await searchAgreements({ licenseArn }), signal)
        }
      } finally {
        await leases.release(name)
      }
    },
  }
}
