import { sql, type Kysely, type Selectable } from 'kysely'
import type { SubscriptionState } from '../domain/subscription-state.ts'
import { licensesIn } from './follow-up.ts'
import { licenseId } from './expressions.ts'
import type { RegistrationsTable, Tables } from './schema.ts'

/** Null where the search does not care. */
export type Search = {
  readonly status: 'landed' | 'registered' | null
  readonly awsAccountId: string | null
  /** The whole ARN of the license, or how it ends. */
  readonly license: string | null
  readonly reference: string | null
  /** First landed at or after. */
  readonly since: Date | null
  /** Of the subscription. */
  readonly state: SubscriptionState | null
  readonly limit: number
}

/** A row of the table that sellers query, times as ISO 8601 in UTC. */
export type FoundRegistration = { readonly [Column in keyof RegistrationsTable]: string | null }

/** The newest registrations first. */
export async function searchRegistrations(db: Kysely<Tables>, search: Search): Promise<readonly FoundRegistration[]> {
  const { status, awsAccountId, license, reference, since, state, limit } = search
  let query = db.selectFrom('registrations').selectAll().orderBy('landed_at', 'desc').orderBy('id').limit(limit)
  if (status !== null) query = query.where('status', '=', status)
  if (awsAccountId !== null) query = query.where('aws_account_id', '=', awsAccountId)
  if (license !== null) query = query.where(sql<boolean>`license_arn like ${`%${literal(license)}`} escape '!'`)
  if (reference !== null) query = query.where('reference', '=', reference)
  if (since !== null) query = query.where('landed_at', '>=', since)
  if (state !== null) query = query.where(licenseId, 'in', licensesIn(db, state))
  return (await query.execute()).map(found)
}

/** Text that LIKE takes as it stands. */
function literal(text: string): string {
  return text.replaceAll(/[!%_]/g, '!$&')
}

function found(row: Selectable<RegistrationsTable>): FoundRegistration {
  return {
    ...row,
    landed_at: utc(row.landed_at),
    last_landed_at: utc(row.last_landed_at),
    registered_at: row.registered_at === null ? null : utc(row.registered_at),
    ready_at: row.ready_at === null ? null : utc(row.ready_at),
    updated_at: utc(row.updated_at),
  }
}

function utc(time: Date | string): string {
  return new Date(time).toISOString()
}
