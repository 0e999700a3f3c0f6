import { sql } from 'kysely'
import type { ListByChange } from '../domain/registration-list.ts'
import type { Database } from './database.ts'
import type { Guard } from './guard.ts'
import { readRow, registrationColumns } from './registration-row.ts'

/** Lists registrations by last update, with the index `registrations_updated`. */
export function createListByChange({ db }: Pick<Database, 'db'>, guard: Guard): ListByChange {
  return ({ status, productCodes, ready, updatedSince, after, limit }) =>
    guard(async () => {
      let query = db
        .selectFrom('registrations')
        .select(registrationColumns)
        .orderBy('updated_at')
        .orderBy('id')
        .limit(limit)
      if (status !== null) query = query.where('status', '=', status)
      if (productCodes !== null) query = query.where('product_code', 'in', productCodes)
      if (ready === 'ready') query = query.where('ready_at', 'is not', null)
      if (ready === 'waiting') query = query.where('registered_at', 'is not', null).where('ready_at', 'is', null)
      if (updatedSince !== null) query = query.where('updated_at', '>=', updatedSince)
      if (after !== null)
        query = query.where(sql<boolean>`(updated_at, id) > (${sql.val(after.updatedAt)}, ${after.id})`)
      return (await query.execute()).map(readRow)
    })
}
