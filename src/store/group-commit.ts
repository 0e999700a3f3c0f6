import type { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { isBusy } from './failures.ts'

/**
 * Transactions on one SQLite connection. Waiting for the disk is what a durable transaction costs, so those that arrive together
 * are committed together: each is a savepoint inside one outer transaction, strictly one after the other, and is told that it is
 * stored only when the outer one is on the disk.
 */
export type GroupCommit = {
  /** Waits for the turn. Every `begin` that resolved is followed by one `commit` or `rollback`. */
  readonly begin: () => Promise<void>
  /** Ends the turn; resolves when what was written is on the disk, rejects when it is not. */
  readonly commit: () => Promise<void>
  /** Ends the turn and undoes it alone. `cause` is what made it fail. */
  readonly rollback: (cause: unknown) => void
}

export type GroupCommitSettings = {
  /** How long to wait for a turn, or for another process that holds the file. */
  readonly deadlineMs: number
  /** More than this in one outer transaction would make the first wait for too many others. */
  readonly batchSize: number
  /** Resolves when all that was committed before the call is on the disk. */
  readonly sync: () => Promise<void>
}

type Member = { readonly stored: () => void; readonly lost: (error: Error) => void }

/** Another process writes too, so its lock is waited for, but never by blocking the event loop. */
const lockRetryMs = 5

export function groupCommit(db: DatabaseSync, { deadlineMs, batchSize, sync }: GroupCommitSettings): GroupCommit {
  const begin = db.prepare('begin immediate')
  const commitOuter = db.prepare('commit')
  const savepoint = db.prepare('savepoint turn')
  const release = db.prepare('release turn')

  const waiting: (() => void)[] = []
  let members: Member[] = []
  let taken = false
  let committing: 'no' | 'soon' | 'at-end-of-turn' = 'no'
  let syncing = 0

  function turn(): Promise<void> {
    if (taken) return new Promise((resolve) => waiting.push(resolve))
    taken = true
    return Promise.resolve()
  }

  function endTurn(): void {
    if (committing === 'at-end-of-turn' || members.length >= batchSize) commitBatch()
    // While the disk works, whoever arrives joins the next batch.
    else if (syncing === 0) commitSoon()
    const next = waiting.shift()
    if (next) next()
    else taken = false
  }

  /** One round of the event loop lets those in who are just arriving. */
  function commitSoon(): void {
    if (committing !== 'no' || !db.isTransaction) return
    committing = 'soon'
    setImmediate(() => {
      if (taken) committing = 'at-end-of-turn'
      else commitBatch()
    })
  }

  function commitBatch(): void {
    committing = 'no'
    if (!db.isTransaction) return
    try {
      commitOuter.run()
    } catch (error) {
      loseBatch(error)
      return
    }
    const batch = members
    members = []
    syncing += 1
    const told = (tell: (member: Member) => void) => {
      syncing -= 1
      batch.forEach(tell)
      commitSoon()
    }
    sync().then(
      () => {
        told(({ stored }) => {
          stored()
        })
      },
      (error: unknown) => {
        told(({ lost }) => {
          lost(asError(error))
        })
      },
    )
  }

  function loseBatch(cause: unknown): void {
    if (db.isTransaction) db.exec('rollback')
    const lost = members
    members = []
    for (const member of lost) member.lost(asError(cause))
  }

  async function beginOuter(waitUntil: number): Promise<void> {
    while (!db.isTransaction) {
      try {
        begin.run()
      } catch (error) {
        if (!isBusy(error) || performance.now() >= waitUntil) throw error
        await delay(lockRetryMs)
      }
    }
  }

  return {
    begin: async () => {
      const waitUntil = performance.now() + deadlineMs
      await turn()
      try {
        await beginOuter(waitUntil)
        savepoint.run()
      } catch (error) {
        endTurn()
        throw error
      }
    },
    commit: () =>
      new Promise((stored, lost) => {
        try {
          release.run()
          members.push({ stored, lost })
        } catch (error) {
          loseBatch(error)
          lost(asError(error))
        }
        endTurn()
      }),
    rollback: (cause) => {
      try {
        db.exec('rollback to turn; release turn')
      } catch {
        // A full disk or a failing one made SQLite undo the outer transaction, and all in it, by itself.
        loseBatch(cause)
      }
      endTurn()
    },
  }
}

function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause))
}
