import { sql } from 'kysely'
import { tokenMemoryMs } from '../domain/registrations.ts'
import type { Database } from './database.ts'
import type { Guard } from './guard.ts'

export type Pruned = {
  readonly sessions: number
  readonly consoleSessions: number
  readonly tokens: number
  readonly codes: number
}

/** Small, so that concurrent landings wait a few milliseconds at most. */
const batchSize = 500
/** The next run deletes the rest. */
const maxBatches = 200
/** Until then, redeeming an expired or used code can be explained. */
const codeKeptMs = 24 * 60 * 60_000

/**
 * Deletes expired sessions, token hashes and codes. Any number of instances may run this at the same time. Registrations are
 * never deleted.
 */
export function createPrune({ db, fromNow }: Database, guard: Guard): () => Promise<Pruned> {
  async function prune(table: string, key: string, time: string, ageMs: number): Promise<number> {
    const [rows, id, at] = [sql.table(table), sql.ref(key), sql.ref(time)]
    const until = fromNow(-ageMs)
    // Repeat the condition: only the outer one sees the new time of a row that another instance has just renewed.
    const batch = sql`delete from ${rows} where ${at} < ${until} and ${id} in
      (select ${id} from ${rows} where ${at} < ${until} order by ${at} limit ${batchSize})`
    let total = 0
    for (let n = 0; n < maxBatches; n++) {
      // A named operation, because it is the only one in each minute of each instance, with or without buyers.
      const deleted = Number((await guard(() => batch.execute(db), 'prune')).numAffectedRows)
      if (deleted === 0) break
      total += deleted
    }
    return total
  }

  return async () => {
    return {
      sessions: await prune('sessions', 'id_hash', 'expires_at', 0),
      consoleSessions: await prune('console_sessions', 'id_hash', 'expires_at', 0),
      tokens: await prune('tokens', 'token_hash', 'resolved_at', tokenMemoryMs),
      codes: await prune('handoff_codes', 'code_hash', 'expires_at', codeKeptMs),
    }
  }
}
