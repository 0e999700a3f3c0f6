import { setTimeout as delay } from 'node:timers/promises'
import type { Operation } from '../domain/unit-of-work.ts'
import { AppError } from '../errors.ts'
import { isWriteConflict, storeFailure } from './failures.ts'

/**
 * Runs work on the database. Resolves or rejects with an `AppError` within the deadline, even if the database hangs. If an
 * operation is named, its duration is reported.
 */
export type Guard = <T>(work: () => Promise<T>, operation?: Operation) => Promise<T>

type OnOperation = (operation: Operation, durationMs: number, result: 'ok' | 'failed') => void

export type GuardSettings = {
  readonly deadlineMs: number
  readonly onOperation?: OnOperation
}

/** Thrown if a row was deleted after it was read and before it was written. The work is then repeated. */
export class WriteConflict extends Error {
  override readonly name = 'WriteConflict'
}

/** With each write conflict another transaction has succeeded, so this number of concurrent transactions all succeed. */
const attempts = 50
const longestPauseMs = 50

export function createGuard({ deadlineMs, onOperation }: GuardSettings): Guard {
  return async (work, operation) => {
    const since = performance.now()
    const report = (result: 'ok' | 'failed') => {
      if (operation !== undefined) onOperation?.(operation, performance.now() - since, result)
    }
    try {
      const result = await withDeadline(work, deadlineMs)
      report('ok')
      return result
    } catch (error) {
      report('failed')
      throw storeFailure(error)
    }
  }
}

function withDeadline<T>(work: () => Promise<T>, deadlineMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    let expired = false
    const timer = setTimeout(() => {
      expired = true
      const cause = new Error(`the database did not respond within ${String(deadlineMs)} ms`)
      reject(new AppError('store-unavailable', { cause }))
    }, deadlineMs)
    repeated(work, () => expired)
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer)
      })
  })
}

async function repeated<T>(work: () => Promise<T>, isExpired: () => boolean): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const again = error instanceof WriteConflict || isWriteConflict(error)
      if (!again || attempt === attempts || isExpired()) throw error
      await delay(Math.random() * Math.min(10 * attempt, longestPauseMs))
    }
  }
}
