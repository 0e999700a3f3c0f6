import { setTimeout as pause } from 'node:timers/promises'
import type { Query } from './unit-of-work.ts'

/**
 * Which tokens are being redeemed, by any task. AWS may call a token expired because another task has just redeemed it: with a
 * note there is something to wait for.
 */
export type Redemptions = {
  /** Nothing waits for it. */
  readonly note: (tokenHash: string) => void
  readonly forget: (tokenHash: string) => void
  /** Another task is redeeming this token. */
  readonly isNotedElsewhere: (tokenHash: string) => Promise<boolean>
}

/** Longer than any request lasts: an older note counts no more, for its task has died or has recorded the landing. */
export const noteLastsMs = 60_000

/** Well below the time after which another task looks again. */
const gatherMs = 20

export type RedemptionsDeps = {
  readonly query: Query
  /** Names this task among those on the same database. */
  readonly task: string
  readonly now: () => Date
}

/** The notes of tokens that tasks are redeeming at the moment. */
export function createRedemptions({ query, task, now }: RedemptionsDeps): Redemptions {
  /** By the token's hash: when it was noted, or null to forget it. */
  let waiting = new Map<string, Date | null>()
  let isWriting = false

  /** Nothing waits for a note, so those that come within a moment are written together. */
  async function write(tokenHash: string, notedAt: Date | null): Promise<void> {
    waiting.set(tokenHash, notedAt)
    if (isWriting) return
    isWriting = true
    while (waiting.size > 0) {
      await pause(gatherMs)
      const changes = [...waiting].map(([hash, at]) => ({ tokenHash: hash, at }))
      waiting = new Map()
      await query(({ redemptions }) => redemptions.write(task, changes)).catch(ignore)
    }
    isWriting = false
  }

  return {
    note: (tokenHash) => void write(tokenHash, now()),
    forget: (tokenHash) => void write(tokenHash, null),
    isNotedElsewhere: (tokenHash) =>
      query((unit) => unit.redemptions.isNotedElsewhere(tokenHash, task, new Date(now().getTime() - noteLastsMs))),
  }
}

function ignore(): void {
  // A note only tells another task to wait a little: no buyer fails for the lack of one.
}
