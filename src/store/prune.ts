import type { Kysely } from 'kysely'
import { tokenMemoryMs } from '../domain/land.ts'
import type { Guard } from './guard.ts'
import type { Tables } from './schema.ts'

export type Pruned = { readonly sessions: number; readonly tokens: number }

/** Small, so that landings meanwhile wait for a few milliseconds at most. */
const batchSize = 500
/** What is left after so many batches is left to the next time. */
const maxBatches = 200

/**
 * Deletes expired sessions and token hashes that no longer count. Any number of tasks may do so at once. Registrations are
 * never deleted.
 */
export function createPrune(db: Kysely<Tables>, guard: Guard, now: () => Date): () => Promise<Pruned> {
  // The condition stands twice: a row that another task has just renewed is looked at again by the outer one only.
  const expiredSessions = (until: Date) =>
    db
      .deleteFrom('sessions')
      .where('expires_at', '<=', until)
      .where('id_hash', 'in', (rows) =>
        rows
          .selectFrom('sessions')
          .select('id_hash')
          .where('expires_at', '<=', until)
          .orderBy('expires_at')
          .limit(batchSize),
      )
      .executeTakeFirstOrThrow()
  const oldTokens = (until: Date) =>
    db
      .deleteFrom('tokens')
      .where('resolved_at', '<', until)
      .where('token_hash', 'in', (rows) =>
        rows
          .selectFrom('tokens')
          .select('token_hash')
          .where('resolved_at', '<', until)
          .orderBy('resolved_at')
          .limit(batchSize),
      )
      .executeTakeFirstOrThrow()

  async function all(batch: () => Promise<{ readonly numDeletedRows: bigint }>): Promise<number> {
    let total = 0
    for (let n = 0; n < maxBatches; n++) {
      const deleted = Number((await guard(batch)).numDeletedRows)
      if (deleted === 0) break
      total += deleted
    }
    return total
  }

  return async () => {
    const at = now()
    const sessions = await all(() => expiredSessions(at))
    const tokens = await all(() => oldTokens(new Date(at.getTime() - tokenMemoryMs)))
    return { sessions, tokens }
  }
}
