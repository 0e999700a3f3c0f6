import type { ColumnType } from 'kysely'
import type { Receiver } from '../domain/delivery.ts'
import type { RegistrationStatus } from '../domain/registration.ts'
import type { ToldState } from '../domain/subscription-ports.ts'
import type { SubscriptionState } from '../domain/subscription.ts'

/** SQLite stores and returns ISO 8601 text in UTC; PostgreSQL stores timestamptz and returns dates. */
type Timestamp = ColumnType<Date | string, Date, Date>
type TimestampOrNull = ColumnType<Date | string | null, Date | null, Date | null>

/** Sellers query this table: its names are promised. */
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
  /** JSON: the answers to the product's own fields. */
  fields: ColumnType<string, string | undefined, string>
  /** JSON: the labels of these fields that the buyer saw. */
  field_labels: ColumnType<string, string | undefined, string>
  language: string | null
  landed_at: Timestamp
  last_landed_at: Timestamp
  registered_at: TimestampOrNull
  ready_at: TimestampOrNull
  ready_by: string | null
  ready_url: string | null
  ready_message: string | null
  updated_at: Timestamp
}

/** Which token led to which registration, so that the same token leads there again. */
export type TokensTable = {
  token_hash: string
  registration_id: string
  resolved_at: Timestamp
}

/** All notifications, sent or not. These names are promised. */
export type EventsTable = {
  id: string
  type: string
  occurred_at: Timestamp
  registration_id: string | null
  /** `buyer`, `api`, `cli`, `console`, an address, or `system` where no person acted. */
  actor: string
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

/** One-time codes of the handoff. Used and expired codes are kept for a day, so that a refusal can name its reason. */
export type HandoffCodesTable = {
  /** SHA-256. */
  code_hash: string
  /** `id_hash` of the session that the code was issued to. */
  session_hash: string
  registration_id: string
  expires_at: Timestamp
  used_at: TimestampOrNull
}

export type SessionsTable = {
  /** SHA-256 of the session id: who reads the table cannot take over a session. */
  id_hash: string
  registration_id: string | null
  data: string
  expires_at: Timestamp
  /** The absolute end: no use extends the session beyond it. */
  ends_at: Timestamp
}

/** Sessions of the seller's console. */
export type ConsoleSessionsTable = Omit<SessionsTable, 'registration_id'>

/** Every event of AWS Marketplace, as it came. These names are promised, but for `agreement_id`. */
export type AwsEventsTable = {
  id: string
  detail_type: string
  time: Timestamp
  account: string
  body: string
  received_at: Timestamp
  agreement_id: string | null
}

/** What follows from them. These names are promised, down to `updated_at`. */
export type SubscriptionsTable = {
  agreement_id: string
  license_arn: string | null
  license_id: string | null
  initial_agreement_id: string | null
  previous_agreement_id: string | null
  product_code: string | null
  product_id: string | null
  aws_account_id: string | null
  offer_id: string | null
  state: SubscriptionState
  starts_at: TimestampOrNull
  ends_at: TimestampOrNull
  advisory_at: TimestampOrNull
  activated_at: TimestampOrNull
  ended_at: TimestampOrNull
  /** JSON. */
  entitlements: string | null
  checked_at: TimestampOrNull
  updated_at: Timestamp
  final_usage_by: TimestampOrNull
  /** What SearchAgreements said, JSON. */
  answer: string | null
  told: ToldState | null
  told_advisory_at: TimestampOrNull
  /** 1 or 0. */
  owes_update: number
  agreement_ask_at: TimestampOrNull
  agreement_tries: number
  entitlements_ask_at: TimestampOrNull
  entitlements_tries: number
}

/** Which task does what only one may do at a time. */
export type LeasesTable = {
  name: string
  task: string
  until: Timestamp
}

export type Tables = {
  registrations: RegistrationsTable
  tokens: TokensTable
  events: EventsTable
  deliveries: DeliveriesTable
  handoff_codes: HandoffCodesTable
  sessions: SessionsTable
  console_sessions: ConsoleSessionsTable
  aws_events: AwsEventsTable
  subscriptions: SubscriptionsTable
  leases: LeasesTable
  migrations: { name: string; applied_at: Timestamp }
}
