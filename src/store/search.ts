import { sql, type Kysely } from 'kysely'
import type { Registration } from '../domain/registration.ts'
import type { SubscriptionState } from '../domain/subscription-state.ts'
import { licensesIn, waiting } from './follow-up.ts'
import { licenseId, literal } from './expressions.ts'
import { readRow, registrationColumns } from './registration-row.ts'
import type { Tables } from './schema.ts'

/** Null for any. */
export type Search = {
  readonly status: 'landed' | 'registered' | null
  readonly productCodes: readonly string[] | null
  readonly awsAccountId: string | null
  /** The license ARN or its last characters. */
  readonly license: string | null
  readonly reference: string | null
  /** First landed at this time or later. */
  readonly since: Date | null
  /** The state of the subscription. */
  readonly state: SubscriptionState | null
  /** `waiting`: only registered buyers whose access is not ready, the longest wait first. */
  readonly access: 'waiting' | null
  readonly limit: number
}

/** A search without conditions. */
export const everything = {
  status: null,
  productCodes: null,
  awsAccountId: null,
  license: null,
  reference: null,
  since: null,
  state: null,
  access: null,
} as const satisfies Omit<Search, 'limit'>

/** Searches registrations, newest first. */
export async function searchRegistrations(db: Kysely<Tables>, search: Search): Promise<readonly Registration[]> {
  const { status, productCodes, awsAccountId, license, reference, since, state, access, limit } = search
  let query = db.selectFrom('registrations').select(registrationColumns).limit(limit)
  query =
    access === 'waiting'
      ? query.where(waiting()).orderBy('registered_at').orderBy('id')
      : query.orderBy('landed_at', 'desc').orderBy('id')
  if (status !== null) query = query.where('status', '=', status)
  if (productCodes !== null) query = query.where('product_code', 'in', productCodes)
  if (awsAccountId !== null) query = query.where('aws_account_id', '=', awsAccountId)
  if (license !== null) query = query.where(sql<boolean>`license_arn like ${`%${literal(license)}`} escape '!'`)
  if (reference !== null) query = query.where('reference', '=', reference)
  if (since !== null) query = query.where('landed_at', '>=', since)
  if (state !== null) query = query.where(licenseId, 'in', licensesIn(db, state))
  return (await query.execute()).map(readRow)
}
