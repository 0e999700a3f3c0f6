import { sql, type SelectQueryBuilder } from 'kysely'
import type {
  ConsoleListInput,
  ConsoleLists,
  ConsolePage,
  ConsolePosition,
  ListedRegistration,
} from '../domain/console-lists.ts'
import { licenseIdOf } from '../domain/license.ts'
import type { Registration } from '../domain/registration.ts'
import { countSteps, stepsByDay } from './console-counts.ts'
import { matching } from './console-search.ts'
import type { Database } from './database.ts'
import { licenseId } from './expressions.ts'
import { endedLicenses, hasEnded, isInState, isOverdue, waiting } from './follow-up.ts'
import type { Guard } from './guard.ts'
import { readRow, registrationColumns } from './registration-row.ts'
import type { Tables } from './schema.ts'
import { listUnregistered } from './unregistered.ts'

type Query = SelectQueryBuilder<Tables, 'registrations', object>

/**
 * The time that a list is ordered by. With a search term, `coalesce` keeps SQLite from scanning the index of the column row by
 * row.
 */
function orderedBy(column: 'landed_at' | 'registered_at', { term }: ConsoleListInput) {
  return term === null ? sql.ref(column) : sql`coalesce(${sql.ref(column)}, ${sql.ref(column)})`
}

/** The lists of the console. Each one reads an index in the list's order, or looks up the rows that match a search term. */
export function createConsoleLists(opened: Database, guard: Guard): ConsoleLists {
  const { db } = opened

  function filtered({ list, productCodes, term }: ConsoleListInput): Query {
    let query = db.selectFrom('registrations').select([])
    if (list === 'unfinished') query = query.where('status', '=', 'landed')
    if (list === 'waiting') query = query.where(waiting())
    if (productCodes !== null) query = query.where('product_code', 'in', productCodes)
    if (term !== null) query = query.where('id', 'in', matching(opened, term))
    if (list !== 'ended') return query
    return term === null ? query.where(licenseId, 'in', endedLicenses(db)) : query.where(hasEnded())
  }

  function newest(input: ConsoleListInput, { after, limit }: ConsolePage<ConsolePosition>) {
    const at = orderedBy('landed_at', input)
    const query = filtered(input).orderBy(at, 'desc').orderBy('id', 'desc').limit(limit)
    return read(after === null ? query : query.where(sql<boolean>`(${at}, id) < (${sql.val(after.at)}, ${after.id})`))
  }

  /** The overdue registrations, then the others; the longest wait comes first in each part. */
  async function longestWait(input: ConsoleListInput, { after, limit }: ConsolePage<ConsolePosition>) {
    const at = orderedBy('registered_at', input)
    const overdue = isOverdue(input.overdueLimits)
    const part = (name: ConsolePosition['part'], most: number) => {
      const query = filtered(input)
        .where((row) => (name === 'overdue' ? overdue : row.not(overdue)))
        .orderBy(at)
        .orderBy('id')
        .limit(most)
      return read(
        after?.part === name ? query.where(sql<boolean>`(${at}, id) > (${sql.val(after.at)}, ${after.id})`) : query,
      )
    }
    const first = after?.part === 'later' ? [] : await part('overdue', limit)
    return first.length === limit ? first : [...first, ...(await part('later', limit - first.length))]
  }

  async function read(query: Query): Promise<readonly Registration[]> {
    return (await query.select(registrationColumns).execute()).map(readRow)
  }

  async function withSubscriptions(registrations: readonly Registration[]): Promise<readonly ListedRegistration[]> {
    const licenses = registrations.flatMap(({ licenseArn }) => (licenseArn === null ? [] : [licenseIdOf(licenseArn)]))
    if (licenses.length === 0)
      return registrations.map((one) => ({ ...one, hasEnded: false, isEnding: false, startsAt: null }))
    const idsIn = async (state: 'ending' | 'ended') => {
      const found = db.selectFrom('registrations').select('id').where(licenseId, 'in', licenses).where(isInState(state))
      return new Set((await found.execute()).map(({ id }) => id))
    }
    const ended = await idsIn('ended')
    const ending = await idsIn('ending')
    const starts = db
      .selectFrom('subscriptions')
      .select(['license_id', sql<Date | string>`max(starts_at)`.as('at')])
      .where('license_id', 'in', licenses)
      .where('starts_at', 'is not', null)
      .groupBy('license_id')
    const started = new Map((await starts.execute()).map((row) => [row.license_id, new Date(row.at)]))
    return registrations.map((one) => ({
      ...one,
      hasEnded: ended.has(one.id),
      isEnding: ending.has(one.id),
      startsAt: (one.licenseArn === null ? null : started.get(licenseIdOf(one.licenseArn))) ?? null,
    }))
  }

  return {
    list: (input, page) =>
      guard(async () =>
        withSubscriptions(await (input.list === 'waiting' ? longestWait(input, page) : newest(input, page))),
      ),

    unregistered: (filter, page) => guard(() => listUnregistered(db, filter, page)),
    count: ({ productCodes }, limits) => countSteps(opened, guard, { productCodes, limits }),
    days: ({ productCodes }, since) => guard(() => stepsByDay(opened, productCodes, since)),
  }
}
