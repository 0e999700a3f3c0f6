import { expressionBuilder, sql, type Expression, type Kysely, type SqlBool } from 'kysely'
import type { OverdueLimits } from '../domain/access.ts'
import { licenseId } from './expressions.ts'
import type { SubscriptionState } from '../domain/subscription-state.ts'
import type { Tables } from './schema.ts'

/** An agreement without a registration. */
export type UnregisteredAgreement = {
  readonly agreementId: string
  readonly awsAccountId: string | null
  readonly licenseArn: string | null
  readonly productId: string | null
}

/** Active and ending agreements without a registration for their license or for one that they continue. */
export function unregisteredAgreements(db: Kysely<Tables>) {
  const registered = db.selectFrom('registrations').select(licenseId.as('id')).where('license_arn', 'is not', null)
  const same = db.selectFrom('subscriptions as same').select('same.agreement_id')
  const landed = same.where('same.license_id', 'in', registered)
  return db
    .selectFrom('subscriptions as agreement')
    .where('agreement.state', 'in', ['active', 'ending'])
    .where('agreement.license_id', 'is not', null)
    .where('agreement.license_id', 'not in', registered)
    .where((row) =>
      row.not(row.exists(landed.where('same.agreement_id', '=', row.ref('agreement.previous_agreement_id')))),
    )
    .where((row) =>
      row.not(row.exists(landed.where('same.initial_agreement_id', '=', row.ref('agreement.initial_agreement_id')))),
    )
}

/** Licenses of subscriptions in that state, and of those that they renewed or replaced: the buyer landed with the first. */
export function licensesIn(db: Kysely<Tables>, state: SubscriptionState) {
  const own = db.selectFrom('subscriptions').select('license_id').where('state', '=', state)
  if (state === 'superseded') return own
  const continued = db
    .selectFrom('subscriptions as old')
    .innerJoin('subscriptions as next', (join) =>
      join.on((row) =>
        row.or([
          row('next.previous_agreement_id', '=', row.ref('old.agreement_id')),
          row('next.initial_agreement_id', '=', row.ref('old.initial_agreement_id')),
        ]),
      ),
    )
    .select('old.license_id')
    .where('old.state', '=', 'superseded')
    .where('next.state', '=', state)
  return own.union(continued)
}

/** Registrations whose agreement has ended. */
export function inactiveRegistrations(db: Kysely<Tables>) {
  return db
    .selectFrom('registrations')
    .where('status', '=', 'registered')
    .where(licenseId, 'in', licensesIn(db, 'ended'))
}

/** A registered buyer whose access is not ready and whose agreement has not ended. */
export function waiting(db: Kysely<Tables>): Expression<SqlBool> {
  const row = expressionBuilder<Tables, 'registrations'>()
  return row.and([
    row('registered_at', 'is not', null),
    row('ready_at', 'is', null),
    row.or([row('license_arn', 'is', null), row(licenseId, 'not in', licensesIn(db, 'ended'))]),
  ])
}

/** A registration whose promised time has passed. */
export function isOverdue({ ofProducts, otherwise }: OverdueLimits): Expression<SqlBool> {
  const row = expressionBuilder<Tables, 'registrations'>()
  const configured = ofProducts.flatMap(({ productCodes }) => productCodes)
  return row.or([
    ...ofProducts.map(({ productCodes, registeredUntil }) =>
      row.and([row('product_code', 'in', productCodes), row('registered_at', '<=', registeredUntil)]),
    ),
    row.and([row('product_code', 'not in', configured), row('registered_at', '<=', otherwise)]),
  ])
}

export async function listUnregistered(db: Kysely<Tables>, limit: number): Promise<readonly UnregisteredAgreement[]> {
  const rows = await unregisteredAgreements(db)
    .select(['agreement_id', 'aws_account_id', 'license_arn', 'product_id'])
    .orderBy(sql`starts_at`, 'desc')
    .orderBy('agreement_id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    agreementId: row.agreement_id,
    awsAccountId: row.aws_account_id,
    licenseArn: row.license_arn,
    productId: row.product_id,
  }))
}

export async function hasSubscriptions(db: Kysely<Tables>): Promise<boolean> {
  const any = await db.selectFrom('subscriptions').select('agreement_id').limit(1).executeTakeFirst()
  return any !== undefined
}
