import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../errors.ts'
import { isWriteConflict, storeFailure } from './failures.ts'

/** Runs work on the database. Answers or rejects with an `AppError` within the deadline, even when the database hangs. */
export type Guard = <T>(work: () => Promise<T>) => Promise<T>

/** Thrown by work whose row was deleted between reading and writing it: the work is done again. */
export class WriteConflict extends Error {
  override readonly name = 'WriteConflict'
}

/** Each write conflict means that another task got its work done, so a few are enough. */
const attempts = 10
const pauseMs = 10

export function createGuard(deadlineMs: number): Guard {
  return (work) =>
    new Promise((resolve, reject) => {
      let expired = false
      const timer = setTimeout(() => {
        expired = true
        const cause = new Error(`the database gave no answer within ${String(deadlineMs)} ms`)
        reject(new AppError('store-unavailable', { cause }))
      }, deadlineMs)
      repeated(work, () => expired)
        .then(resolve, (error: unknown) => {
          reject(storeFailure(error))
        })
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
      await delay(Math.random() * pauseMs * attempt)
    }
  }
}
