import { sql } from 'kysely'

// SQL that both engines understand. Indexes are built on these texts, so that they must never change after 1.0.0.

/** The last part of `license_arn`, `l-…`: removes everything up to the last colon. */
export const licenseIdText = `replace(license_arn, rtrim(license_arn, replace(license_arn, ':', '')), '')`

/** The domain of `email` in lower case: removes everything up to the last `@`. */
export const emailDomainText = `lower(replace(email, rtrim(email, replace(email, '@', '')), ''))`

export const licenseId = sql.raw<string | null>(licenseIdText)
export const emailDomain = sql.raw<string | null>(emailDomainText)
