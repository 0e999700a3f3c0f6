import type { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextRound, setTimeout as pause } from 'node:timers/promises'
import type { CompiledQuery, QueryResult } from 'kysely'
import { isBusy } from './failures.ts'
import { createRun } from './sqlite-statements.ts'

/** One transaction's turn on the connection. It ends with one call of `commit` or `rollback`. */
export type Turn = {
  readonly run: (query: CompiledQuery) => QueryResult<never>
  /** Resolves when what was written is on the disk, rejects when it is not. */
  readonly commit: () => Promise<void>
  /** Undoes this turn alone. */
  readonly rollback: () => void
}

export type TurnsSettings = {
  /** The longest wait for a turn, another process that holds the file included. */
  readonly deadlineMs: number
  /** Turns in one commit at most: the first waits for the last. */
  readonly batchSize: number
}

type Waiting = {
  readonly start: (turn: Turn) => void
  readonly fail: (error: unknown) => void
  readonly until: number
}
type Member = { readonly stored: () => void; readonly lost: (error: unknown) => void }

const lockRetryMs = 5
/** A round of the event loop is over at once when nothing happens, and brings several turns when much does. */
const roundsToWait = 4

/**
 * Transactions on one SQLite connection, strictly one after the other. Waiting for the disk is what a durable commit costs, so
 * those that arrive together share one: each is a savepoint in an outer transaction, and is told when that one is committed.
 */
export function createTurns(db: DatabaseSync, { deadlineMs, batchSize }: TurnsSettings): () => Promise<Turn> {
  const run = createRun(db)
  const waiting: Waiting[] = []
  let serving = false

  async function serve(): Promise<void> {
    serving = true
    for (let first = waiting.shift(); first !== undefined; first = waiting.shift()) await serveBatch(first)
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
    commit(batch)
  }

  /** Whoever waits, or arrives within a few rounds of the event loop, joins the batch. */
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
          // Nothing that follows may be stored alone, see `rollback`.
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
          // A full disk or a failing one made SQLite undo the outer transaction, and all in it, by itself.
          if (db.isTransaction) attempt('rollback to turn; release turn', batch)
          else lose(batch, failure)
          ended()
        },
      })
    })
  }

  function commit(batch: Member[]): void {
    if (db.isTransaction) attempt('commit', batch)
    for (const { stored } of batch.splice(0)) stored()
  }

  function attempt(sql: string, batch: Member[]): void {
    try {
      db.exec(sql)
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
        // Another process writes: wait for it without blocking the event loop.
        if (!isBusy(error) || performance.now() >= until) throw error
        await pause(lockRetryMs)
      }
    }
  }

  return () =>
    new Promise((start, fail) => {
      waiting.push({ start, fail, until: performance.now() + deadlineMs })
      if (!serving) void serve()
    })
}
