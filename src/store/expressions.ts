import { sql } from 'kysely'

// SQL for both engines. An index and a generated column are built on these expressions, so they must never change after 1.0.0.

/** The last part of `license_arn`, `l-…`: removes everything up to the last colon. */
export const licenseIdText = `replace(license_arn, rtrim(license_arn, replace(license_arn, ':', '')), '')`

/** The domain of `email` in lower case: removes everything up to the last `@`. */
export const emailDomainText = `lower(replace(email, rtrim(email, replace(email, '@', '')), ''))`

/** A column that the database generates. Qualified, because `subscriptions` has a column of the same name. */
export const licenseId = sql.ref<string | null>('registrations.license_id')
export const emailDomain = sql.raw<string | null>(emailDomainText)

/** Escapes text for LIKE, with `!` as the escape character. */
export function literal(text: string): string {
  return text.replaceAll(/[!%_]/g, '!$&')
}
