import type { SubscriptionChange } from '../domain/subscription-apply.ts'
import type { Subscriptions } from '../domain/subscriptions.ts'
import type { Job } from './runner.ts'

type AdoptDeps = {
  readonly subscriptions: Pick<Subscriptions, 'adopt'>
  readonly onChange: (change: SubscriptionChange) => void
}

/** Applies events that were stored before their product was configured. */
export function adoptJob({ subscriptions, onChange }: AdoptDeps): Job {
  return {
    name: 'adopt',
    pauseMs: 60_000,
    run: async (signal) => {
      while (!signal.aborted) {
        const { agreements, changes } = await subscriptions.adopt()
        for (const change of changes) onChange(change)
        if (agreements === 0) return
      }
    },
  }
}
