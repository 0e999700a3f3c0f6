import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import type { DatabaseUrl } from '../../src/config/database-url.ts'

/**
 * The SQL of the release before this one, word for word, as its tasks send it while the two run side by side, or after a rollback.
 * Nothing here follows today's code: each release replaces these statements by those of the one before.
 */
const columns = [
  ...[
    'id',
    'reference',
    'status',
    'product_code',
    'aws_account_id',
    'license_arn',
    'customer_identifier',
    'offer_type',
  ],
  ...['claimed_agreement_id', 'claimed_product_id', 'email', 'name', 'company', 'phone', 'language'],
  ...['landed_at', 'last_landed_at', 'registered_at', 'updated_at'],
]
  .map((name) => `"registrations"."${name}"`)
  .join(', ')

const newRow = `insert into "registrations" ("id", "reference", "status", "product_code", "aws_account_id", "license_arn",
  "customer_identifier", "offer_type", "claimed_agreement_id", "claimed_product_id", "landed_at", "last_landed_at",
  "updated_at") select ? as "id", ? as "reference", 'landed' as "status", ? as "product_code", ? as "aws_account_id",
  ? as "license_arn", ? as "customer_identifier", ? as "offer_type", ? as "claimed_agreement_id", ? as "claimed_product_id",
  ? as "landed_at", ? as "last_landed_at", ? as "updated_at"`

export const previous = {
  start: [
    {
      sqlite: `create table if not exists "migrations" ("name" text not null primary key, "applied_at" text not null)`,
      postgres: `create table if not exists "migrations" ("name" text not null primary key, "applied_at" timestamptz not null)`,
    },
    'select "name" from "migrations"',
  ],
  firstLanding: `${newRow} where not exists (select "id" from "registrations" where "license_arn" is null
    and "product_code" = ? and "aws_account_id" = ? union all
    select "registration_id" as "id" from "tokens" where "token_hash" = ?) on conflict do nothing`,
  landing: `${newRow} where true on conflict do nothing returning ${columns}`,
  token: `insert into "tokens" ("registration_id", "token_hash", "resolved_at") select "id", ? as "token_hash",
    ? as "resolved_at" from "registrations" where "id" = ? on conflict ("token_hash") do update set
    "registration_id" = "excluded"."registration_id", "resolved_at" = "excluded"."resolved_at"`,
  firstSession: `insert into "sessions" ("id_hash", "data", "expires_at") select ? as "id_hash", ? as "data",
    ? as "expires_at" from "registrations" where "id" = ?`,
  candidates: `select ${columns}, 0 as "by_token" from "registrations" where "license_arn" = ? union all
    select ${columns}, 0 as "by_token" from "registrations" where "license_arn" is null and "product_code" = ?
    and "aws_account_id" = ? union all select ${columns}, 1 as "by_token" from "tokens" inner join "registrations"
    on "registrations"."id" = "tokens"."registration_id" where "tokens"."token_hash" = ? and "tokens"."resolved_at" >= ?`,
  lateLicense: `update "registrations" set "license_arn" = coalesce("license_arn", ?),
    "customer_identifier" = coalesce("customer_identifier", ?), "offer_type" = coalesce("offer_type", ?),
    "claimed_agreement_id" = coalesce("claimed_agreement_id", ?), "claimed_product_id" = coalesce("claimed_product_id", ?),
    "last_landed_at" = ?, "updated_at" = ? where "id" = ? and coalesce("license_arn", '') = ? returning ${columns}`,
  landAgain: `update "registrations" set "last_landed_at" = ? where "id" = (select "registration_id" from "tokens"
    where "token_hash" = ? and "resolved_at" >= ?) returning ${columns}`,
  complete: `update "registrations" set "status" = ?, "email" = ?, "name" = ?, "company" = ?,
    "phone" = coalesce(?, "phone"), "language" = ?, "registered_at" = coalesce(registered_at, ?), "updated_at" = ?
    where "id" = ? returning ${columns}`,
  saveSession: `insert into "sessions" ("id_hash", "data", "expires_at") values (?, ?, ?) on conflict ("id_hash")
    do update set "data" = "excluded"."data", "expires_at" = "excluded"."expires_at"`,
  touchSession: `update "sessions" set "expires_at" = ? where "id_hash" = ? and "expires_at" > ? and "expires_at" <= ?`,
  destroySession: `delete from "sessions" where "id_hash" = ?`,
  readSession: `select "data" from "sessions" where "id_hash" = ? and "expires_at" > ?`,
  pruneSessions: `delete from "sessions" where "expires_at" <= ? and "id_hash" in (select "id_hash" from "sessions"
    where "expires_at" <= ? order by "expires_at" limit ?)`,
  pruneTokens: `delete from "tokens" where "resolved_at" < ? and "token_hash" in (select "token_hash" from "tokens"
    where "resolved_at" < ? order by "resolved_at" limit ?)`,
} as const

type Value = string | number | Date | null
type Text = string | { readonly sqlite: string; readonly postgres: string }
export type Answer = { readonly rows: readonly Record<string, unknown>[]; readonly affected: number }

export type Statement = readonly [sql: Text, ...values: Value[]]

/** Runs statements of that release in one transaction, on a connection set up as it set up its own. */
export function asPreviousRelease(database: DatabaseUrl, statements: readonly Statement[]): Promise<readonly Answer[]> {
  const texts = statements.map(
    ([sql, ...values]) => [typeof sql === 'string' ? sql : sql[database.engine], values] as const,
  )
  return database.engine === 'postgres'
    ? onPostgres(database.url, texts)
    : Promise.resolve(onSqlite(database.path, texts))
}

type Statements = readonly (readonly [sql: string, values: readonly Value[]])[]

async function onPostgres(url: string, statements: Statements): Promise<readonly Answer[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('begin')
    const answers: Answer[] = []
    for (const [sql, values] of statements) {
      let position = 0
      const numbered = sql.replaceAll('?', () => `$${String((position += 1))}`)
      const { rows, rowCount } = await client.query<Record<string, unknown>>(numbered, [...values])
      answers.push({ rows, affected: rowCount ?? 0 })
    }
    await client.query('commit')
    return answers
  } finally {
    await client.end()
  }
}

function onSqlite(path: string, statements: Statements): readonly Answer[] {
  const db = new DatabaseSync(path, { timeout: 1_000 })
  try {
    db.exec('pragma journal_mode = wal; pragma foreign_keys = on; begin immediate')
    const answers = statements.map(([sql, values]) => {
      const statement = db.prepare(sql)
      const given = values.map((value) => (value instanceof Date ? value.toISOString() : value))
      if (statement.columns().length === 0) return { rows: [], affected: Number(statement.run(...given).changes) }
      const rows = statement.all(...given)
      return { rows, affected: rows.length }
    })
    db.exec('commit')
    return answers
  } finally {
    db.close()
  }
}
