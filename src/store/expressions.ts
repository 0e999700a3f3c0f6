import { sql } from 'kysely'

// SQL that both engines understand. Indexes are built on these texts, so that they must never change after 1.0.0.

/** The last part of `license_arn`, `l-…`: removes everything up to the last colon. */
export const licenseIdText = `replace(license_arn, rtrim(license_arn, replace(license_arn, ':', '')), '')`

/** The domain of `email` in lower case: removes everything up to the last `@`. */
export const emailDomainText = `lower(replace(email, rtrim(email, replace(email, '@', '')), ''))`

// Qualified: inside a subquery on `subscriptions`, the bare name would be that table's own column.
export const licenseId = sql.raw<string | null>(licenseIdText.replaceAll('license_arn', 'registrations.license_arn'))
export const emailDomain = sql.raw<string | null>(emailDomainText.replaceAll('email', 'registrations.email'))

/**
 * A column to compare `licenseId` with. SQLite would not use the index of `licenseId` for a bare column, because a column has a type and
 * the index's expression has none.
 */
export function untyped(column: string) {
  return sql<string>`coalesce(${sql.ref(column)}, '')`
}

/** Text that LIKE takes as it is, with `!` as the escape character. */
export function literal(text: string): string {
  return text.replaceAll(/[!%_]/g, '!$&')
}
