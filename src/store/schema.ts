import type { ColumnType, Generated } from 'kysely'
import type { Receiver } from '../domain/delivery.ts'
import type { RegistrationStatus } from '../domain/registration.ts'
import type { NotifiedState } from '../domain/subscription-rows.ts'
import type { SubscriptionState } from '../domain/subscription-state.ts'

/** SQLite stores and returns ISO 8601 text in UTC; PostgreSQL stores timestamptz and returns dates. */
type Timestamp = ColumnType<Date | string, Date, Date>
type TimestampOrNull = ColumnType<Date | string | null, Date | null, Date | null>

/** Sellers query this table, so its column names are public. `license_id` is generated, and is used in conditions only. */
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
  /** JSON: the labels of these fields as the buyer saw them. */
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

/** The registration of each token, so that the same token leads to the same registration. */
type TokensTable = {
  token_hash: string
  registration_id: string
  resolved_at: Timestamp
  /**
   * Set if this landing created the registration: SHA-256 of the product, the account and the account's earlier registrations.
   * Unique, so that only one of two concurrent landings creates a registration.
   */
  created_after: string | null
}

/** All notifications, sent or not. The column names are public. */
export type EventsTable = {
  id: string
  type: string
  occurred_at: Timestamp
  registration_id: string | null
  /** `buyer`, `api`, `cli`, `console`, the address of a console user, or `system` if no person acted. */
  actor: string
  /** JSON. */
  data: string
}

type DeliveriesTable = {
  id: string
  event_id: string
  registration_id: string | null
  receiver: Receiver
  audience: 'seller' | 'buyer'
  /** Null for the webhook, and once the mail is sent or erased. */
  recipient: string | null
  /** SHA-256 of the normalized mailbox, to count the mails that it gets. */
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

/** One-time codes of the handoff. Used and expired codes are kept for a day, so that a failed call gets the reason. */
type HandoffCodesTable = {
  /** SHA-256. */
  code_hash: string
  /** `id_hash` of the session that the code was issued to. */
  session_hash: string
  registration_id: string
  expires_at: Timestamp
  used_at: TimestampOrNull
}

/** Registrations for which the seller's application has redeemed a code. */
type HandoffsTable = {
  registration_id: string
  /** When the last code was redeemed. */
  redeemed_at: Timestamp
}

type SessionsTable = {
  /** SHA-256 of the session id, so that nobody can take over a session by reading this table. */
  id_hash: string
  registration_id: string | null
  data: string
  expires_at: Timestamp
  /** The absolute end of the session. */
  ends_at: Timestamp
}

/** Sessions of the seller's console. */
type ConsoleSessionsTable = Omit<SessionsTable, 'registration_id'>

/** The events of AWS Marketplace. The column names down to `received_at` are public. */
type AwsEventsTable = {
  id: string
  detail_type: string
  time: Timestamp
  account: string
  /** JSON. */
  body: string
  received_at: Timestamp
  /** SHA-256 of the type and the facts. */
  digest: string
  /** Null for an event that changes no subscription. */
  agreement_id: string | null
  product_code: string | null
  product_id: string | null
  /** JSON: the parts of the event that the app uses. */
  facts: string
  /** 1 while its product is not configured, else 0. */
  is_foreign: number
  /** 1 while the seller must still be notified of it, else 0. */
  notice_due: number
}

/** The column names down to `updated_at` are public. */
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
  /** JSON: the last response of SearchAgreements. */
  answer: string | null
  notified_state: NotifiedState | null
  notified_advisory_at: TimestampOrNull
  /** 1 or 0. */
  update_due: number
  /** When the agreement is next checked with AWS. In the future while an instance is checking. */
  agreement_check_at: TimestampOrNull
  agreement_empty_answers: Generated<number>
  agreement_failures: Generated<number>
  entitlements_check_at: TimestampOrNull
  entitlements_empty_answers: Generated<number>
  entitlements_failures: Generated<number>
}

/** Leases for work that only one instance may do at a time. */
type LeasesTable = {
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
