import { hash } from 'node:crypto'
import { sql } from 'kysely'
import type { ConsoleSessions } from '../domain/console-sessions.ts'
import type { Database } from './database.ts'
import type { Guard } from './guard.ts'

type Guards = { readonly read: Guard; readonly write: Guard }

/** The expiry is updated only if it moves by at least this much. */
const extendAfterMs = 60_000

/** The table `console_sessions`, shared by all instances. */
export function createConsoleSessions({ db, fromNow }: Database, { read, write }: Guards): ConsoleSessions {
  const extend = (id: string, unusedMs: number) =>
    db
      .updateTable('console_sessions')
      .set({
        expires_at: sql<Date>`case when ends_at < ${fromNow(unusedMs)} then ends_at else ${fromNow(unusedMs)} end`,
      })
      .where('id_hash', '=', hashOf(id))
      .where('expires_at', '>', fromNow(0))
      .execute()
  return {
    put: async (id, data, { unusedMs, longestMs }) => {
      const row = { data, expires_at: fromNow(unusedMs), ends_at: fromNow(longestMs) }
      await write(() =>
        db
          .insertInto('console_sessions')
          .values({ id_hash: hashOf(id), ...row })
          .onConflict((conflict) => conflict.column('id_hash').doUpdateSet(row))
          .execute(),
      )
    },
    use: async (id, unusedMs) => {
      const row = await read(() =>
        db
          .selectFrom('console_sessions')
          .select('data')
          .select(sql`(expires_at < ${fromNow(unusedMs - extendAfterMs)} and expires_at < ends_at)`.as('is_due'))
          .where('id_hash', '=', hashOf(id))
          .where('expires_at', '>', fromNow(0))
          .executeTakeFirst(),
      )
      // SQLite returns 1 for true.
      if (Boolean(row?.is_due)) await write(() => extend(id, unusedMs))
      return row?.data ?? null
    },
    take: async (id) => {
      const row = await write(() =>
        db
          .deleteFrom('console_sessions')
          .where('id_hash', '=', hashOf(id))
          .where('expires_at', '>', fromNow(0))
          .returning('data')
          .executeTakeFirst(),
      )
      return row?.data ?? null
    },
  }
}

function hashOf(id: string): string {
  return hash('sha256', id)
}
