import type { Kysely } from 'kysely'
import type { RedemptionRows } from '../domain/redemption-note.ts'
import type { TimeOf } from './database.ts'
import type { Tables } from './schema.ts'

/** Few, for a statement of each length is kept prepared. */
const notesInOneStatement = 8

/** The table `redemptions`: which tokens tasks are redeeming at the moment. */
export function redemptionRows(db: Kysely<Tables>, timeOf: TimeOf): RedemptionRows {
  return {
    write: async (task, notes) => {
      const rows = notes.flatMap(({ tokenHash, at }) =>
        at === null ? [] : [{ token_hash: tokenHash, task, noted_at: timeOf(at) }],
      )
      for (let first = 0; first < rows.length; first += notesInOneStatement)
        await db
          .insertInto('redemptions')
          .values(rows.slice(first, first + notesInOneStatement))
          .onConflict((conflict) =>
            conflict.columns(['token_hash', 'task']).doUpdateSet((row) => ({ noted_at: row.ref('excluded.noted_at') })),
          )
          .execute()
      for (const { tokenHash, at } of notes)
        if (at === null)
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
