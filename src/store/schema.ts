import type { ColumnType } from 'kysely'
import type { Receiver } from '../domain/delivery.ts'
import type { RegistrationStatus } from '../domain/registration.ts'
import type { ToldState } from '../domain/subscription-ports.ts'
import type { SubscriptionState } from '../domain/subscription.ts'

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

/** Everything that was or would have been notified. These names are promised. */
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
export type HandoffCodesTable = {
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
  aws_events: AwsEventsTable
  subscriptions: SubscriptionsTable
  leases: LeasesTable
  migrations: { name: string; applied_at: Timestamp }
}
