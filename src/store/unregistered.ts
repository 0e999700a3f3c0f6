import { sql, type Kysely } from 'kysely'
import type { AgreementPosition, ConsoleFilter, ConsolePage, ListedAgreement } from '../domain/console-lists.ts'
import { matchingAgreement } from './console-search.ts'
import { licenseId } from './expressions.ts'
import type { Tables } from './schema.ts'

/** Active and ending agreements without a registration for their license or for a license that they continue. */
export function unregisteredAgreements(db: Kysely<Tables>) {
  return db
    .selectFrom('subscriptions as agreement')
    .where('agreement.state', 'in', ['active', 'ending'])
    .where('agreement.license_id', 'is not', null)
    .where((row) => row.not(row.exists(landedWith('agreement.license_id'))))
    .where((row) => {
      const same = row
        .selectFrom('subscriptions as same')
        .select('same.agreement_id')
        .where(row.exists(landedWith('same.license_id')))
      return row.and([
        row.not(row.exists(same.whereRef('same.agreement_id', '=', 'agreement.previous_agreement_id'))),
        row.not(row.exists(same.whereRef('same.initial_agreement_id', '=', 'agreement.initial_agreement_id'))),
      ])
    })

  function landedWith(license: 'agreement.license_id' | 'same.license_id') {
    return db
      .selectFrom('registrations')
      .select('registrations.id')
      .where(licenseId, '=', sql.ref<string | null>(license))
  }
}

/** Lists agreements without a registration, newest first. */
export async function listUnregistered(
  db: Kysely<Tables>,
  { productCodes, term }: ConsoleFilter,
  { after, limit }: ConsolePage<AgreementPosition>,
): Promise<readonly ListedAgreement[]> {
  const since = sql<Date | string>`coalesce(agreement.starts_at, agreement.updated_at)`
  let query = unregisteredAgreements(db)
    .select(['agreement_id', 'aws_account_id', 'license_arn', 'product_id', since.as('since')])
    .orderBy(since, 'desc')
    .orderBy('agreement_id')
    .limit(limit)
  if (productCodes !== null) query = query.where('agreement.product_code', 'in', productCodes)
  if (term !== null) query = query.where(matchingAgreement(term))
  if (after !== null)
    query = query.where(
      sql<boolean>`(${since} < ${sql.val(after.at)} or ${since} = ${sql.val(after.at)} and agreement_id > ${after.id})`,
    )
  return (await query.execute()).map((row) => ({
    agreementId: row.agreement_id,
    awsAccountId: row.aws_account_id,
    licenseArn: row.license_arn,
    productId: row.product_id,
    since: new Date(row.since),
  }))
}
