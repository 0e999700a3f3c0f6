import type { Kysely } from 'kysely'
import type { TokenRows } from '../domain/ports.ts'
import type { TimeOf } from './database.ts'
import type { Tables } from './schema.ts'

/** The table `tokens`: which token led to which registration. */
export function tokenRows(db: Kysely<Tables>, timeOf: TimeOf): TokenRows {
  return {
    insert: async (tokenHash, registrationId, at) => {
      const resolved = { registration_id: registrationId, resolved_at: timeOf(at) }
      await db
        .insertInto('tokens')
        .values({ token_hash: tokenHash, ...resolved })
        .onConflict((conflict) => conflict.column('token_hash').doUpdateSet(resolved))
        .execute()
    },
  }
}
