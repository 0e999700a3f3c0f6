import type { ColumnType, Generated } from 'kysely'
import type { Receiver } from '../domain/delivery.ts'
import type { RegistrationStatus } from '../domain/registration.ts'
import type { NotifiedState } from '../domain/subscription-rows.ts'
import type { SubscriptionState } from '../domain/subscription-state.ts'

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
  /**
   * Where this landing created the registration: SHA-256 of its product, account and the registrations that the account had
   * before. Unique, so that of two landings at the same moment only one creates the next.
   */
  created_after: string | null
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
  /** SHA-256 of the mailbox in one spelling, to count how many mails it gets. */
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

/** Registrations that the seller's application redeemed a code of. */
export type HandoffsTable = {
  registration_id: string
  /** The last time. */
  redeemed_at: Timestamp
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

/** The events of AWS Marketplace. The names down to `received_at` are promised. */
export type AwsEventsTable = {
  id: string
  detail_type: string
  time: Timestamp
  account: string
  /** JSON. */
  body: string
  received_at: Timestamp
  /** SHA-256 of type and facts. */
  digest: string
  /** Null for an event that changes no subscription. */
  agreement_id: string | null
  product_code: string | null
  product_id: string | null
  /** What the app uses of the event, JSON. */
  facts: string
  /** 1 while the configuration does not have its product, else 0. */
  is_foreign: number
  /** 1 while the seller must be notified of it, else 0. */
  notice_due: number
}

/** The names down to `updated_at` are promised. */
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
  /** JSON. */
  basis: string
  /** The last answer of SearchAgreements, JSON. */
  answer: string | null
  notified_state: NotifiedState | null
  notified_advisory_at: TimestampOrNull
  /** 1 or 0. */
  update_due: number
  /** When AWS is checked next; in the future while an instance is checking. */
  agreement_check_at: TimestampOrNull
  agreement_empty_answers: Generated<number>
  agreement_failures: Generated<number>
  entitlements_check_at: TimestampOrNull
  entitlements_empty_answers: Generated<number>
  entitlements_failures: Generated<number>
}

/** Which instance does work that one instance at a time does. */
export type LeasesTable = {
  name: string
  instance: string
  until: Timestamp
}

export type Tables = {
  registrations: RegistrationsTable
  tokens: TokensTable
  events: EventsTable
  deliveries: DeliveriesTable
  handoff_codes: HandoffCodesTable
  handoffs: HandoffsTable
  sessions: SessionsTable
  console_sessions: ConsoleSessionsTable
  aws_events: AwsEventsTable
  subscriptions: SubscriptionsTable
  leases: LeasesTable
  migrations: { name: string; applied_at: Timestamp }
}
