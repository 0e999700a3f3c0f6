import type { ColumnType } from 'kysely'
import type { RegistrationStatus } from '../domain/registration.ts'

/** SQLite keeps ISO 8601 text in UTC and gives it back as such; PostgreSQL keeps timestamptz. */
type Timestamp = ColumnType<Date | string, Date, Date>
type TimestampOrNull = ColumnType<Date | string | null, Date | null, Date | null>

/** What sellers query: these names are promised. */
export type RegistrationsTable = {
  id: string
  reference: string
  status: RegistrationStatus
  product_code: string
  aws_account_id: string
  license_arn: string | null
  customer_identifier: string | null
  offer_type: string | null
  claimed_agreement_id: string | null
  claimed_product_id: string | null
  email: string | null
  name: string | null
  company: string | null
  phone: string | null
  language: string | null
  landed_at: Timestamp
  last_landed_at: Timestamp
  registered_at: TimestampOrNull
  updated_at: Timestamp
}

/** Which token led to which registration, so that the same token again is the same registration. */
export type TokensTable = {
  token_hash: string
  registration_id: string
  resolved_at: Timestamp
}

/** Which task is redeeming which token. */
export type RedemptionsTable = {
  token_hash: string
  task: string
  noted_at: Timestamp
}

export type SessionsTable = {
  /** SHA-256 of the session id: whoever reads the table cannot take over a visit. */
  id_hash: string
  data: string
  expires_at: Timestamp
}

export type MigrationsTable = {
  name: string
  applied_at: Timestamp
}

export type Tables = {
  registrations: RegistrationsTable
  tokens: TokensTable
  redemptions: RedemptionsTable
  sessions: SessionsTable
  migrations: MigrationsTable
}
