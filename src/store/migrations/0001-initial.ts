import { emailDomainText, licenseIdText } from '../expressions.ts'
import type { Migration } from './migration.ts'

/** The tables of 1.0.0. The names in `registrations`, `events`, `subscriptions` and `aws_events` are promised to sellers. */
export const initial: Migration = {
  name: '0001-initial',
  statements: ({ timestamp, prefix }) => [
    ...registrations(timestamp, prefix),
    ...sessions(timestamp),
    ...notifications(timestamp),
    ...subscriptions(timestamp),
  ],
}

function registrations(timestamp: string, prefix: string): readonly string[] {
  return [
    `create table registrations (
      id text primary key not null,
      reference text not null unique,
      status text not null check (status in ('landed', 'registered')),
      product_code text not null,
      aws_account_id text not null,
      license_arn text,
      license_id text generated always as (${licenseIdText}) stored,
      customer_identifier text,
      offer_type text,
      claimed_agreement_id text,
      claimed_product_id text,
      email text,
      name text,
      company text,
      phone text,
      fields text not null default '{}',
      field_labels text not null default '{}',
      language text,
      landed_at ${timestamp} not null,
      last_landed_at ${timestamp} not null,
      registered_at ${timestamp},
      ready_at ${timestamp},
      ready_by text,
      ready_url text,
      ready_message text,
      updated_at ${timestamp} not null
    )`,
    // Identity: one registration per license; without a license, one per product and account.
    'create unique index registrations_license on registrations (license_arn) where license_arn is not null',
    `create unique index registrations_without_license on registrations (product_code, aws_account_id)
      where license_arn is null`,
    // Lists: newest first, oldest change first, waiting for the seller. The last column serves counts by product.
    'create index registrations_landed on registrations (landed_at, id, product_code)',
    'create index registrations_status on registrations (status, landed_at, id, product_code)',
    'create index registrations_updated on registrations (updated_at, id)',
    'create index registrations_registered on registrations (registered_at, product_code) where registered_at is not null',
    'create index registrations_ready on registrations (ready_at, product_code) where ready_at is not null',
    `create index registrations_waiting on registrations (registered_at, id, product_code)
      where registered_at is not null and ready_at is null`,
    // Search: complete account, license or agreement; prefix of an email address, its domain, a name or a company.
    'create index registrations_account on registrations (aws_account_id, product_code)',
    'create index registrations_license_id on registrations (license_id)',
    `create index registrations_email on registrations (lower(email) ${prefix}) where email is not null`,
    `create index registrations_email_domain on registrations (${emailDomainText} ${prefix}) where email is not null`,
    `create index registrations_claimed_agreement on registrations (claimed_agreement_id)
      where claimed_agreement_id is not null`,
    `create index registrations_name on registrations (lower(name) ${prefix}) where name is not null`,
    `create index registrations_company on registrations (lower(company) ${prefix}) where company is not null`,
    `create table tokens (
      token_hash text primary key not null,
      registration_id text not null references registrations (id) on delete cascade,
      resolved_at ${timestamp} not null,
      created_after text unique
    )`,
    'create index tokens_resolved on tokens (resolved_at)',
  ]
}

function sessions(timestamp: string): readonly string[] {
  return [
    `create table sessions (
      id_hash text primary key not null,
      registration_id text references registrations (id) on delete cascade,
      data text not null,
      expires_at ${timestamp} not null,
      ends_at ${timestamp} not null
    )`,
    'create index sessions_expires on sessions (expires_at)',
    'create index sessions_registration on sessions (registration_id) where registration_id is not null',
    `create table console_sessions (
      id_hash text primary key not null,
      data text not null,
      expires_at ${timestamp} not null,
      ends_at ${timestamp} not null
    )`,
    'create index console_sessions_expires on console_sessions (expires_at)',
    `create table handoff_codes (
      code_hash text primary key not null,
      session_hash text not null,
      registration_id text not null references registrations (id) on delete cascade,
      expires_at ${timestamp} not null,
      used_at ${timestamp}
    )`,
    `create table handoffs (
      registration_id text primary key not null references registrations (id) on delete cascade,
      redeemed_at ${timestamp} not null
    )`,
    'create index handoff_codes_expires on handoff_codes (expires_at)',
    'create index handoff_codes_session on handoff_codes (session_hash)',
    'create index handoff_codes_registration on handoff_codes (registration_id)',
  ]
}

function notifications(timestamp: string): readonly string[] {
  return [
    `create table events (
      id text primary key not null,
      type text not null,
      occurred_at ${timestamp} not null,
      registration_id text references registrations (id) on delete cascade,
      actor text not null,
      data text not null
    )`,
    'create index events_registration on events (registration_id, type)',
    'create index events_occurred on events (occurred_at)',
    `create table deliveries (
      id text primary key not null,
      event_id text not null references events (id) on delete cascade,
      registration_id text references registrations (id) on delete cascade,
      receiver text not null,
      audience text not null,
      recipient text,
      recipient_hash text,
      body text,
      created_at ${timestamp} not null,
      due_at ${timestamp} not null,
      lease_until ${timestamp},
      attempts integer not null default 0,
      last_attempt_at ${timestamp},
      last_error text,
      done_at ${timestamp},
      dead_at ${timestamp}
    )`,
    'create index deliveries_due on deliveries (receiver, due_at, id) where done_at is null and dead_at is null',
    'create index deliveries_pending on deliveries (created_at) where done_at is null and dead_at is null',
    'create index deliveries_dead on deliveries (dead_at) where dead_at is not null',
    'create index deliveries_event on deliveries (event_id)',
    'create index deliveries_registration on deliveries (registration_id)',
    'create index deliveries_recipient on deliveries (recipient_hash, created_at)',
  ]
}

function subscriptions(timestamp: string): readonly string[] {
  return [
    `create table aws_events (
      id text not null,
      digest text not null,
      detail_type text not null,
      time ${timestamp} not null,
      account text not null,
      body text not null,
      received_at ${timestamp} not null,
      agreement_id text,
      product_code text,
      product_id text,
      facts text not null,
      is_foreign integer not null default 0,
      notice_due integer not null default 0,
      primary key (id, digest)
    )`,
    'create index aws_events_agreement on aws_events (agreement_id)',
    'create index aws_events_foreign on aws_events (agreement_id) where is_foreign = 1',
    `create table subscriptions (
      agreement_id text primary key not null,
      license_arn text,
      license_id text,
      initial_agreement_id text,
      previous_agreement_id text,
      product_code text,
      product_id text,
      aws_account_id text,
      offer_id text,
      state text not null,
      starts_at ${timestamp},
      ends_at ${timestamp},
      advisory_at ${timestamp},
      activated_at ${timestamp},
      ended_at ${timestamp},
      entitlements text,
      checked_at ${timestamp},
      updated_at ${timestamp} not null,
      final_usage_by ${timestamp},
      basis text not null,
      answer text,
      notified_state text,
      notified_advisory_at ${timestamp},
      update_due integer not null default 0,
      agreement_check_at ${timestamp},
      agreement_empty_answers integer not null default 0,
      agreement_failures integer not null default 0,
      entitlements_check_at ${timestamp},
      entitlements_empty_answers integer not null default 0,
      entitlements_failures integer not null default 0
    )`,
    // The state is included because SQLite would otherwise use an index on the state alone.
    'create index subscriptions_license_id on subscriptions (license_id, state)',
    'create index subscriptions_initial_agreement_id on subscriptions (initial_agreement_id, state)',
    'create index subscriptions_previous_agreement_id on subscriptions (previous_agreement_id, state)',
    'create index subscriptions_account on subscriptions (aws_account_id)',
    'create index subscriptions_agreement_check on subscriptions (agreement_check_at)',
    'create index subscriptions_entitlements_check on subscriptions (entitlements_check_at)',
    `create index subscriptions_state on subscriptions
      (state, license_id, agreement_id, initial_agreement_id, previous_agreement_id)`,
    `create table leases (
      name text primary key not null,
      instance text not null,
      until ${timestamp} not null
    )`,
  ]
}
