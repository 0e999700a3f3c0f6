import type { Kysely } from 'kysely'
import type { RedemptionRows } from '../domain/ports.ts'
import type { TimeOf } from './database.ts'
import type { Tables } from './schema.ts'

/** The table `redemptions`: which tokens tasks are redeeming at the moment. */
export function redemptionRows(db: Kysely<Tables>, timeOf: TimeOf): RedemptionRows {
  return {
    insert: async (tokenHash, task, at) => {
      await db
        .insertInto('redemptions')
        .values({ token_hash: tokenHash, task, noted_at: timeOf(at) })
        .onConflict((conflict) => conflict.columns(['token_hash', 'task']).doUpdateSet({ noted_at: timeOf(at) }))
        .execute()
    },
    remove: async (tokenHash, task) => {
      await db.deleteFrom('redemptions').where('token_hash', '=', tokenHash).where('task', '=', task).execute()
    },
    isNotedElsewhere: async (tokenHash, task, since) => {
      const note = await db
        .selectFrom('redemptions')
        .select('task')
        .where('token_hash', '=', tokenHash)
        .where('task', '<>', task)
        .where('noted_at', '>=', timeOf(since))
        .executeTakeFirst()
      return note !== undefined
    },
  }
}
