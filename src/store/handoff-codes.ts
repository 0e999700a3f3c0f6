import type { Kysely } from 'kysely'
import type { HandoffCodeRows } from '../domain/handoff-code.ts'
import type { Database } from './database.ts'
import type { Tables } from './schema.ts'

/** The tables `handoff_codes` and `handoffs`. One statement redeems a code, so that only one of two concurrent calls succeeds. */
export function handoffCodeRows(db: Kysely<Tables>, fromNow: Database['fromNow']): HandoffCodeRows {
  const end = () =>
    db
      .updateTable('handoff_codes')
      .set({ expires_at: fromNow(0) })
      .where('used_at', 'is', null)
      .where('expires_at', '>', fromNow(0))
  return {
    insert: async ({ codeHash, sessionHash, registrationId }, lastsMs) => {
      await db
        .insertInto('handoff_codes')
        .values({
          code_hash: codeHash,
          session_hash: sessionHash,
          registration_id: registrationId,
          expires_at: fromNow(lastsMs),
        })
        .execute()
    },
    endOfSession: async (sessionHash) => {
      await end().where('session_hash', '=', sessionHash).execute()
    },
    endOfRegistration: async (registrationId) => {
      await end().where('registration_id', '=', registrationId).execute()
    },
    use: async (codeHash) => {
      const used = await db
        .updateTable('handoff_codes')
        .set({ used_at: fromNow(0) })
        .where('code_hash', '=', codeHash)
        .where('used_at', 'is', null)
        .where('expires_at', '>', fromNow(0))
        .where((row) =>
          row.exists(
            row
              .selectFrom('sessions')
              .select('id_hash')
              .whereRef('sessions.id_hash', '=', 'handoff_codes.session_hash')
              .where('sessions.expires_at', '>', fromNow(0)),
          ),
        )
        .returning('registration_id')
        .executeTakeFirst()
      return used?.registration_id ?? null
    },
    noteRedeemed: async (registrationId) => {
      await db
        .insertInto('handoffs')
        .values({ registration_id: registrationId, redeemed_at: fromNow(0) })
        .onConflict((conflict) => conflict.column('registration_id').doUpdateSet({ redeemed_at: fromNow(0) }))
        .execute()
    },
    redeemedAt: async (registrationId) => {
      const row = await db
        .selectFrom('handoffs')
        .select('redeemed_at')
        .where('registration_id', '=', registrationId)
        .executeTakeFirst()
      return row === undefined ? null : new Date(row.redeemed_at)
    },
    forgetRedeemed: async (registrationId) => {
      await db.deleteFrom('handoffs').where('registration_id', '=', registrationId).execute()
    },
    find: async (codeHash) => {
      const row = await db
        .selectFrom('handoff_codes')
        .select(['registration_id', 'used_at'])
        .where('code_hash', '=', codeHash)
        .executeTakeFirst()
      return row === undefined ? null : { registrationId: row.registration_id, used: row.used_at !== null }
    },
  }
}
