import type { ColumnType } from 'kysely'
import type { Receiver } from '../domain/delivery.ts'
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

/** Everything that was or would have been announced. These names are promised. */
export type EventsTable = {
  id: string
  type: string
  occurred_at: Timestamp
  registration_id: string | null
  /** JSON. */
  data: string
}

export type DeliveriesTable = {
  id: string
  event_id: string
  registration_id: string | null
  receiver: Receiver
  audience: 'seller' | 'buyer'
  /** Null once it is sent or erased, and for the webhook. */
  recipient: string | null
  /** SHA-256, to count how many mails an address gets. */
  recipient_hash: string | null
  /** Null once it is sent or erased. */
  body: string | null
  created_at: Timestamp
  due_at: Timestamp
  lease_until: TimestampOrNull
  attempts: number
  last_attempt_at: TimestampOrNull
  last_error: string | null
  done_at: TimestampOrNull
  dead_at: TimestampOrNull
}

/** Codes that lead a buyer on into the seller's application. Used and expired ones stay for a day, to tell why one is refused. */
export type HandoverCodesTable = {
  /** SHA-256. */
  code_hash: string
  registration_id: string
  expires_at: Timestamp
  used_at: TimestampOrNull
}

export type SessionsTable = {
  /** SHA-256 of the session id: whoever reads the table cannot take over a visit. */
  id_hash: string
  data: string
  expires_at: Timestamp
  /** No use extends it beyond this. Null in what the release before this one wrote, until its next use. */
  ends_at: TimestampOrNull
}

export type Tables = {
  registrations: RegistrationsTable
  tokens: TokensTable
  redemptions: RedemptionsTable
  events: EventsTable
  deliveries: DeliveriesTable
  handover_codes: HandoverCodesTable
  sessions: SessionsTable
  migrations: { name: string; applied_at: Timestamp }
}
