import type { RedemptionRows, Redemptions, Transaction } from './ports.ts'

/** Longer than any request lasts: an older note counts no more, for its task has died or has recorded the landing. */
export const noteLastsMs = 60_000

export type RedemptionsDeps = {
  readonly transaction: Transaction
  readonly query: Transaction
  /** Names this task among those on the same database. */
  readonly task: string
  readonly now: () => Date
}

type Change = (rows: RedemptionRows) => Promise<void>

/** The notes of tokens that tasks are redeeming at the moment. */
export function createRedemptions({ transaction, query, task, now }: RedemptionsDeps): Redemptions {
  const waiting: Change[] = []
  let isWriting = false

  /** Nothing waits for a note, so those that come while others are written share the next transaction. */
  async function write(change: Change): Promise<void> {
    waiting.push(change)
    if (isWriting) return
    isWriting = true
    while (waiting.length > 0) {
      const changes = waiting.splice(0)
      await transaction(({ redemptions }) => Promise.all(changes.map((one) => one(redemptions)))).catch(ignore)
    }
    isWriting = false
  }

  return {
    note: (tokenHash) => {
      const at = now()
      void write((rows) => rows.insert(tokenHash, task, at))
    },
    forget: (tokenHash) => {
      void write((rows) => rows.remove(tokenHash, task))
    },
    isNotedElsewhere: (tokenHash) =>
      query((unit) => unit.redemptions.isNotedElsewhere(tokenHash, task, new Date(now().getTime() - noteLastsMs))),
  }
}

function ignore(): void {
  // A note only tells another task to wait a little: no buyer fails for the lack of one.
}
