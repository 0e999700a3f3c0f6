import { sql, type ExpressionBuilder } from 'kysely'
import type { SearchTerm } from '../domain/search-term.ts'
import type { Database } from './database.ts'
import { emailDomain, licenseId, literal } from './expressions.ts'
import type { Tables } from './schema.ts'

/** Text in the middle of a column is searched in this number of newest landings. Prefixes are searched in all. */
const searchedInFull = 10_000
/** At most this number of rows per matching prefix. */
const mostAlike = 5_000

/**
 * The ids of the registrations that match a term: by complete ids; by a prefix of the email address, its domain, the name or the
 * company, each with an index; and, for the newest registrations, by any part of these.
 */
export function matching({ db, startsWith }: Pick<Database, 'db' | 'startsWith'>, term: SearchTerm) {
  const { text, reference, awsAccountId, agreementId, mailDomain } = term
  const ids = db.selectFrom('registrations').select('registrations.id')
  const withAddress = ids.where('email', 'is not', null)
  const newest = db.selectFrom('registrations').selectAll().orderBy('landed_at', 'desc').orderBy('id', 'desc')
  let found = db
    .selectFrom(newest.limit(searchedInFull).as('newest'))
    .select('newest.id')
    .where((row) => row.or(searchedColumns.map((column) => contains(`newest.${column}`, text))))
  if (reference !== null) found = found.union(ids.where('reference', '=', reference))
  if (awsAccountId !== null) found = found.union(ids.where('aws_account_id', '=', awsAccountId))
  if (term.licenseId !== null) found = found.union(ids.where(licenseId, '=', term.licenseId))
  if (agreementId !== null)
    found = found
      .union(ids.where('claimed_agreement_id', '=', agreementId))
      .union(ids.where(licenseId, 'in', licensesOfAgreement(db, agreementId)))
  if (mailDomain !== null)
    found = found.union(
      db
        .selectFrom(
          withAddress
            .where(startsWith(emailDomain, mailDomain))
            .where(contains('registrations.email', text))
            .limit(mostAlike)
            .as('alike'),
        )
        .select('alike.id'),
    )
  const beginnings = spellings(text).flatMap((start) => [
    ...(['email', 'name', 'company'] as const).map((column) =>
      ids.where(column, 'is not', null).where(startsWith(sql`lower(${sql.ref(column)})`, start)),
    ),
    withAddress.where(startsWith(emailDomain, start)),
  ])
  for (const beginning of beginnings)
    found = found.union(db.selectFrom(beginning.limit(mostAlike).as('alike')).select('alike.id'))
  return found
}

/** The agreements without a registration that match a term. */
export function matchingAgreement({ agreementId, awsAccountId, licenseId: license, text }: SearchTerm) {
  return (row: ExpressionBuilder<Tables & { agreement: Tables['subscriptions'] }, 'agreement'>) =>
    row.or([
      row('agreement.agreement_id', '=', agreementId ?? text),
      row('agreement.aws_account_id', '=', awsAccountId ?? text),
      row('agreement.license_id', '=', license ?? text),
    ])
}

const searchedColumns = ['email', 'name', 'company', 'reference', 'license_arn'] as const

function contains(column: string, text: string) {
  const lower = sql`lower(${sql.ref(column)})`
  const parts = spellings(text).map((part) => sql`${lower} like ${`%${literal(part)}%`} escape '!'`)
  return sql<boolean>`(${sql.join(parts, sql` or `)})`
}

/** The results that SQL `lower` may have: SQLite changes only A to Z, PostgreSQL follows the locale of the database. */
function spellings(text: string): readonly string[] {
  return [...new Set([text.toLowerCase(), text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())])]
}

/** The license of an agreement, and the licenses of the agreements that it continues. */
function licensesOfAgreement(db: Database['db'], agreementId: string) {
  const licenses = db.selectFrom('subscriptions').select('license_id as id')
  const given = db.selectFrom('subscriptions').where('agreement_id', '=', agreementId)
  return licenses
    .where('agreement_id', '=', agreementId)
    .union(licenses.where('agreement_id', 'in', given.select('previous_agreement_id')))
    .union(licenses.where('initial_agreement_id', 'in', given.select('initial_agreement_id')))
}
