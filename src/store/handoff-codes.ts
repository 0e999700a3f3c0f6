import type { Kysely } from 'kysely'
import type { HandoffCodeRows } from '../domain/handoff-code.ts'
import type { Database } from './database.ts'
import type { Tables } from './schema.ts'

/** The table `handoff_codes`. One statement redeems a code, so that of two calls at once only one succeeds. */
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
          ...{ code_hash: codeHash, session_hash: sessionHash, registration_id: registrationId },
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
