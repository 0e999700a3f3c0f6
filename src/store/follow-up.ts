import { expressionBuilder, type Expression, type Kysely, type SqlBool } from 'kysely'
import type { OverdueLimits } from '../domain/access.ts'
import { licenseId } from './expressions.ts'
import type { SubscriptionState } from '../domain/subscription-state.ts'
import type { Tables } from './schema.ts'

/** Licenses of subscriptions in that state and of their predecessors, because the buyer landed with the first license. */
export function licensesIn(db: Kysely<Tables>, state: SubscriptionState) {
  const own = db.selectFrom('subscriptions').select('license_id as id').where('state', '=', state)
  if (state === 'superseded') return own
  const continued = db
    .selectFrom('subscriptions as next')
    .where('next.state', '=', state)
    .innerJoin('subscriptions as old', (join) => join.on('old.state', '=', 'superseded'))
    .select('old.license_id as id')
  return own
    .union(continued.whereRef('old.agreement_id', '=', 'next.previous_agreement_id'))
    .union(continued.whereRef('old.initial_agreement_id', '=', 'next.initial_agreement_id'))
}

export const endedLicenses = (db: Kysely<Tables>) => licensesIn(db, 'ended')

/** Registrations whose agreement has ended. */
export function inactiveRegistrations(db: Kysely<Tables>) {
  return db.selectFrom('registrations').where('status', '=', 'registered').where(licenseId, 'in', endedLicenses(db))
}

/** `endedLicenses` as a condition on one row; faster when few agreements have ended. */
export function hasEnded() {
  return isInState('ended')
}

/** `licensesIn` as a condition on one row. */
export function isInState(state: 'ending' | 'ended') {
  const row = expressionBuilder<Tables, 'registrations'>()
  const own = row.selectFrom('subscriptions as own').select('own.agreement_id').where('own.license_id', '=', licenseId)
  const continued = row
    .selectFrom('subscriptions as old')
    .where('old.license_id', '=', licenseId)
    .where('old.state', '=', 'superseded')
    // SQLite keeps the order of a cross join. Otherwise it would begin with every subscription in that state.
    .crossJoin('subscriptions as next')
    .where('next.state', '=', state)
    .select('old.agreement_id')
  return row.or([
    row.exists(own.where('own.state', '=', state)),
    row.exists(continued.whereRef('next.previous_agreement_id', '=', 'old.agreement_id')),
    row.exists(continued.whereRef('next.initial_agreement_id', '=', 'old.initial_agreement_id')),
  ])
}

/** A registered buyer whose access is not ready and whose agreement has not ended. */
export function waiting(): Expression<SqlBool> {
  const row = expressionBuilder<Tables, 'registrations'>()
  return row.and([row('registered_at', 'is not', null), row('ready_at', 'is', null), row.not(hasEnded())])
}

/** A registration whose promised time, which counts from the start of the subscription if that is later, has passed. */
export function isOverdue({ ofProducts, otherwise }: OverdueLimits): Expression<SqlBool> {
  const row = expressionBuilder<Tables, 'registrations'>()
  // With `exists`, PostgreSQL would read all subscriptions.
  const startsAt = row
    .selectFrom('subscriptions as own')
    .select(({ fn }) => fn.max('own.starts_at').as('at'))
    .where('own.license_id', '=', licenseId)
  const hasPassed = (limit: Date) =>
    row.and([row('registered_at', '<=', limit), row(row.fn.coalesce(startsAt, 'registered_at'), '<=', limit)])
  const configured = ofProducts.flatMap(({ productCodes }) => productCodes)
  return row.or([
    ...ofProducts.map(({ productCodes, begunBy }) =>
      row.and([row('product_code', 'in', productCodes), hasPassed(begunBy)]),
    ),
    row.and([row('product_code', 'not in', configured), hasPassed(otherwise)]),
  ])
}

export async function hasSubscriptions(db: Kysely<Tables>): Promise<boolean> {
  const any = await db.selectFrom('subscriptions').select('agreement_id').limit(1).executeTakeFirst()
  return any !== undefined
}
