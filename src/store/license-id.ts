import { sql } from 'kysely'

/**
 * The last part of `registrations.license_arn`, `l-…`, in words that both engines have: what is left without everything up to
 * the last colon. An index is built on it, so that it never changes.
 */
export const licenseId = sql<string | null>`replace(license_arn, rtrim(license_arn, replace(license_arn, ':', '')), '')`
