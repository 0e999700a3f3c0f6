import type { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextRound, setTimeout as pause } from 'node:timers/promises'
import type { CompiledQuery, QueryResult } from 'kysely'
import { isBusy } from './failures.ts'

/**
 * Turns: how several transactions share one commit on one SQLite connection.
 *
 * A commit is durable only when SQLite has synced it to disk, and a sync takes several milliseconds. If each transaction synced,
 * all others would wait for it. Transactions that arrive together can share one sync:
 *
 *     begin immediate          the batch: the outer transaction
 *       savepoint turn         transaction 1 …
 *       release turn           … has ended, and waits
 *       savepoint turn         transaction 2 …
 *       rollback to turn       … failed: only its own changes are undone
 *     commit                   one sync; then the caller of transaction 1 continues
 *
 * 1. `begin` adds the caller to `waiting`. The first caller starts `serve`, which runs until `waiting` is empty.
 * 2. `serveBatch` opens the outer transaction and gives one caller at a time a `Turn`. A turn ends with `commit` or `rollback`;
 *    `commit` resolves only after the outer commit.
 * 3. After each turn it waits a few rounds of the event loop for the next caller. If there is none, or the batch is full, it
 *    commits and resolves every turn of the batch.
 * 4. If the outer transaction fails (the disk is full, the commit fails), every turn of the batch rejects, because none of
 *    them is stored.
 *
 * Other processes (a command line tool, a second instance) use the same file. `begin immediate` makes them wait for each other;
 * it is retried without blocking the event loop.
 */
export type Turn = {
  readonly run: (query: CompiledQuery) => QueryResult<never>
  /** Resolves when the turn is on disk. Rejects if it is not stored. */
  readonly commit: () => Promise<void>
  /** Undoes the changes of this turn only. */
  readonly rollback: () => void
}

export type Turns = {
  readonly begin: () => Promise<Turn>
  /** Runs work that does not throw between two batches, outside any transaction. */
  readonly between: <T>(work: () => T) => Promise<T>
  /** Resolves when nobody waits for a turn. */
  readonly idle: () => Promise<void>
}

type TurnsSettings = {
  readonly run: Turn['run']
  /** The longest wait for a turn, including the wait for another process that holds the file. */
  readonly deadlineMs: number
}

type Waiting = {
  readonly start: (turn: Turn) => void
  readonly fail: (error: unknown) => void
  readonly until: number
}
type Member = { readonly stored: () => void; readonly lost: (error: unknown) => void }

/** The maximum number of turns in one commit, because the first one waits for the last. */
const batchSize = 64
const lockRetryMs = 5
/** Without load, a round of the event loop ends at once. Under load, it brings several callers. */
const roundsToWait = 4

export function createTurns(db: DatabaseSync, { run, deadlineMs }: TurnsSettings): Turns {
  const waiting: Waiting[] = []
  const between: (() => void)[] = []
  let serving = false

  async function serve(): Promise<void> {
    if (serving) return
    serving = true
    for (;;) {
      for (const work of between.splice(0)) work()
      const first = waiting.shift()
      if (first === undefined) break
      await serveBatch(first)
    }
    serving = false
  }

  async function serveBatch(first: Waiting): Promise<void> {
    try {
      await beginOuter(first.until)
    } catch (error) {
      first.fail(error)
      return
    }
    const batch: Member[] = []
    for (let next: Waiting | undefined = first; next !== undefined; next = await arrival(batch)) {
      db.exec('savepoint turn')
      await take(next, batch)
    }
    if (db.isTransaction) attempt('commit', batch)
    for (const { stored } of batch.splice(0)) stored()
  }

  async function arrival(batch: readonly Member[]): Promise<Waiting | undefined> {
    if (!db.isTransaction || batch.length >= batchSize) return undefined
    for (let round = 0; round < roundsToWait && waiting.length === 0; round += 1) await nextRound()
    return waiting.shift()
  }

  function take({ start }: Waiting, batch: Member[]): Promise<void> {
    return new Promise((ended) => {
      let failure: unknown
      start({
        run: (query) => {
          // SQLite has ended the outer transaction, so no later turn of the batch may be stored.
          if (!db.isTransaction) throw failure
          try {
            return run(query)
          } catch (error) {
            failure = error
            throw error
          }
        },
        commit: () =>
          new Promise((stored, lost) => {
            batch.push({ stored, lost })
            attempt('release turn', batch)
            ended()
          }),
        rollback: () => {
          // SQLite itself rolls back the outer transaction when the disk is full or fails.
          if (db.isTransaction) attempt('rollback to turn; release turn', batch)
          else lose(batch, failure)
          ended()
        },
      })
    })
  }

  function attempt(statement: string, batch: Member[]): void {
    try {
      db.exec(statement)
    } catch (error) {
      lose(batch, error)
    }
  }

  function lose(batch: Member[], cause: unknown): void {
    if (db.isTransaction) db.exec('rollback')
    for (const { lost } of batch.splice(0)) lost(cause)
  }

  async function beginOuter(until: number): Promise<void> {
    for (;;) {
      try {
        db.exec('begin immediate')
        return
      } catch (error) {
        if (!isBusy(error) || performance.now() >= until) throw error
        await pause(lockRetryMs)
      }
    }
  }

  const begin = (): Promise<Turn> =>
    new Promise((start, fail) => {
      waiting.push({ start, fail, until: performance.now() + deadlineMs })
      void serve()
    })

  return {
    begin,
    between: (work) =>
      new Promise((resolve) => {
        between.push(() => {
          resolve(work())
        })
        void serve()
      }),
    idle: async () => {
      if (serving) await (await begin()).commit()
    },
  }
}
