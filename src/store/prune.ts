import { tokenMemoryMs } from '../domain/land.ts'
import type { Engine } from './engine.ts'
import type { Guard } from './guard.ts'
import { prepare } from './prepare.ts'

export type Pruned = { readonly sessions: number; readonly tokens: number }

/** Small, so that landings meanwhile wait for a few milliseconds at most. */
const batchSize = 500
/** What is left after so many batches is left to the next time. */
const maxBatches = 200

/**
 * Deletes expired sessions and token hashes that no longer count. Any number of tasks may do so at once. Registrations are
 * never deleted.
 */
export function createPrune({ builder, run }: Engine, guard: Guard, now: () => Date): () => Promise<Pruned> {
  // The condition stands twice: a row that another task has just renewed is looked at again by the outer one only.
  const expiredSessions = prepare((given: { readonly until: Date }) =>
    builder
      .deleteFrom('sessions')
      .where('expires_at', '<=', given.until)
      .where('id_hash', 'in', (rows) =>
        rows
          .selectFrom('sessions')
          .select('id_hash')
          .where('expires_at', '<=', given.until)
          .orderBy('expires_at')
          .limit(batchSize),
      ),
  )
  const oldTokens = prepare((given: { readonly until: Date }) =>
    builder
      .deleteFrom('tokens')
      .where('resolved_at', '<', given.until)
      .where('token_hash', 'in', (rows) =>
        rows
          .selectFrom('tokens')
          .select('token_hash')
          .where('resolved_at', '<', given.until)
          .orderBy('resolved_at')
          .limit(batchSize),
      ),
  )

  async function all(query: typeof expiredSessions, until: Date): Promise<number> {
    let total = 0
    for (let batch = 0; batch < maxBatches; batch++) {
      const { affected } = await guard(() => query(run, { until }))
      if (affected === 0) break
      total += affected
    }
    return total
  }

  return async () => {
    const at = now()
    const sessions = await all(expiredSessions, at)
    const tokens = await all(oldTokens, new Date(at.getTime() - tokenMemoryMs))
    return { sessions, tokens }
  }
}
