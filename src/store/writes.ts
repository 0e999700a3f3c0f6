import { asAppError } from '../errors.ts'
import type { Database } from './database.ts'
import type { Guard } from './guard.ts'

/** Fewer failures may come from a single request or be temporary. */
const repeatedly = 3
/** More than the space that a full disk may have left. */
const data = 'x'.repeat(16 * 1024)

type WatchedWrites = {
  /** Guards work that writes. */
  readonly guard: Guard
  /** After repeated failures, writes a row as a test and rejects if that fails. */
  readonly check: () => Promise<void>
}

/** Detects that writes keep failing while reads work: a full disk, or a database that became read-only. */
export function watchWrites({ db, fromNow }: Database, guard: Guard): WatchedWrites {
  let failures = 0
  const guarded: Guard = async (work, operation) => {
    try {
      const result = await guard(work, operation)
      failures = 0
      return result
    } catch (error) {
      // Other codes come from the domain, so the database itself works.
      if (['store-unavailable', 'internal'].includes(asAppError(error).code)) failures += 1
      throw error
    }
  }

  return {
    guard: guarded,
    check: async () => {
      if (failures < repeatedly) return
      const row = { id_hash: 'write test', data, expires_at: fromNow(0), ends_at: fromNow(0) }
      await guarded(() =>
        db.transaction().execute(async (transaction) => {
          await transaction.insertInto('sessions').values(row).execute()
          await transaction.deleteFrom('sessions').where('id_hash', '=', row.id_hash).execute()
        }),
      )
    },
  }
}
