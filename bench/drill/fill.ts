import { createHash } from 'node:crypto'
import { query } from './postgres.ts'

/** Fills a migrated database as years of sales would. A tenth of the buyers never sent the form. */
export async function fill(url: string, registrations: number, sessions: number): Promise<void> {
  await query(
    url,
    `insert into registrations (id, reference, status, product_code, aws_account_id, license_arn, email, name, company,
       language, landed_at, last_landed_at, registered_at, updated_at)
     select gen_random_uuid(), 'filled-' || n, case when n % 10 = 0 then 'landed' else 'registered' end, 'drill',
       lpad((n % 400000)::text, 12, '0'), 'arn:aws:license-manager::294406891311:license:l-' || md5(n::text),
       'buyer-' || n || '@example.com', 'Buyer ' || n, 'Company ' || n, 'en', at, at, at, at
     from generate_series(0, $1::int - 1) n, lateral (select now() - n * interval '1 minute' as at) t`,
    [registrations],
  )
  await query(
    url,
    `insert into tokens (token_hash, registration_id, resolved_at)
     select encode(sha256(id::bytea), 'hex'), id, now() from registrations limit $1`,
    [sessions],
  )
  await query(
    url,
    `insert into sessions (id_hash, data, expires_at)
     select encode(sha256(n::text::bytea), 'hex'), '{"cookie":{},"visitor":{"filler":"' || repeat('x', 300) || '"}}',
       now() + n * interval '30 milliseconds' + interval '10 minutes'
     from generate_series(1, $1::int) n`,
    [sessions],
  )
  await query(url, 'vacuum analyze')
  await query(url, 'checkpoint')
}

/** The license of the n-th registration there. */
export function licenseOf(n: number): string {
  return `arn:aws:license-manager::294406891311:license:l-${createHash('md5').update(String(n)).digest('hex')}`
}
