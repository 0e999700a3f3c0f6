import { sql } from 'kysely'

// SQL for both engines. Indexes are built on these expressions, so they must never change after 1.0.0.

/** The last part of `license_arn`, `l-…`: removes everything up to the last colon. */
export const licenseIdText = `replace(license_arn, rtrim(license_arn, replace(license_arn, ':', '')), '')`

/** The domain of `email` in lower case: removes everything up to the last `@`. */
export const emailDomainText = `lower(replace(email, rtrim(email, replace(email, '@', '')), ''))`

// Qualified, because in a subquery on `subscriptions` the unqualified name would be that table's column.
export const licenseId = sql.raw<string | null>(licenseIdText.replaceAll('license_arn', 'registrations.license_arn'))
export const emailDomain = sql.raw<string | null>(emailDomainText.replaceAll('email', 'registrations.email'))

/**
 * A column to compare with `licenseId`. SQLite does not use the index of `licenseId` for a plain column, because a column has a
 * type affinity and the indexed expression has none.
 */
export function untyped(column: string) {
  return sql<string>`coalesce(${sql.ref(column)}, '')`
}

/** Escapes text for LIKE, with `!` as the escape character. */
export function literal(text: string): string {
  return text.replaceAll(/[!%_]/g, '!$&')
}
