import type { Redemptions, Transaction } from './ports.ts'

/** Longer than any request lasts: a note that is older was left by a task that died. */
const noteLastsMs = 60_000

export type RedemptionsDeps = {
  readonly query: Transaction
  /** Names this task among those on the same database. */
  readonly task: string
  readonly now: () => Date
}

/** The notes of tokens that tasks are redeeming at the moment. */
export function createRedemptions({ query, task, now }: RedemptionsDeps): Redemptions {
  return {
    note: (tokenHash) => {
      query((unit) => unit.redemptions.insert(tokenHash, task, now())).catch(ignore)
    },
    forget: (tokenHash) => {
      query((unit) => unit.redemptions.remove(tokenHash, task)).catch(ignore)
    },
    isNotedElsewhere: (tokenHash) =>
      query((unit) => unit.redemptions.isNotedElsewhere(tokenHash, task, new Date(now().getTime() - noteLastsMs))),
  }
}

function ignore(): void {
  // A note only tells another task to wait a little: no buyer fails for the lack of one.
}
