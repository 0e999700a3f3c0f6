import pg from 'pg'
import { Kysely, PostgresDialect, sql, type PostgresPool } from 'kysely'
import type { Database, PostgresSettings } from './database.ts'
import { connectionFailure, property } from './failures.ts'
import { behindPooler } from './pooler.ts'
import type { Tables } from './schema.ts'

/** Sorts after every character. */
const last = '\u{10ffff}'
/** SQLSTATE read_only_sql_transaction. */
const readOnly = '25006'

/** Kysely's own dialect over `pg.Pool`. Connects when the first statement runs. */
export function openPostgres(settings: PostgresSettings): Database {
  const pool = createPool(settings)
  const dialect = new PostgresDialect({ pool })
  const db = new Kysely<Tables>({
    dialect: settings.pgbouncer === true ? behindPooler(dialect, settings.deadlineMs) : dialect,
    log: (event) => {
      // After a failover, the open connections lead to the old primary, which is now a replica.
      if (event.level === 'error' && property(event.error, 'code') === readOnly) pool.discardOpen()
    },
  })
  return {
    db,
    types: { timestamp: 'timestamptz', prefix: 'text_pattern_ops' },
    // Unlike clock_timestamp(), this function is stable, so PostgreSQL can use an index.
    fromNow: (ms) => sql<Date>`(statement_timestamp() + ${ms} * interval '1 millisecond')`,
    // These operators compare bytes regardless of the collation, like `text_pattern_ops`.
    startsWith: (text, prefix) => sql`(${text} ~>=~ ${prefix} and ${text} ~<~ ${prefix + last})`,
    dayOf: (time) => sql`to_char(${time} at time zone 'UTC', 'YYYY-MM-DD')`,
    checkFile: () => undefined,
    scrub: () => Promise.resolve(),
    hasOneWriter: false,
    together: async (connection, first, second) => {
      const both = sql<{ n: string }>`with first as (${first}), second as (${second}) select count(*) as n from first`
      return Number((await both.execute(connection)).rows[0]?.n)
    },
    lock: async (transaction, key) => {
      const name = `marketplace-landing ${key}`
      await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(transaction)
    },
  }
}

/** PostgreSQL keeps a named statement until its connection ends, so their number is bounded. */
const mostNamed = 100

/**
 * Names statements by their text. PostgreSQL then parses and plans a statement once for a connection instead of at each call,
 * which is half of its work for a landing (docs/decisions/0013).
 */
function nameStatements(client: pg.PoolClient): void {
  const names = new Map<string, string>()
  const query = client.query.bind(client)
  const named = (args: readonly unknown[]): readonly unknown[] => {
    const [text, values] = args
    if (typeof text !== 'string' || !Array.isArray(values) || values.length === 0) return args
    if (!names.has(text) && names.size < mostNamed) names.set(text, `s${String(names.size)}`)
    return [{ name: names.get(text), text, values }]
  }
  Object.assign(client, {
    query: (...args: readonly unknown[]): unknown => Reflect.apply(query, undefined, named(args)),
  })
}

type DeadlinePool = PostgresPool & {
  /** Closes each open connection instead of using it again. */
  readonly discardOpen: () => void
}

/**
 * A pool whose connections must be released by the deadline. A late connection is closed, and its work fails. The other open
 * connections are not used again, because after a network failure each of them would make a buyer wait for the deadline.
 */
function createPool(settings: PostgresSettings): DeadlinePool {
  const { url, pgbouncer = false, access, poolSize, connectTimeoutMs, idleTimeoutMs, deadlineMs, onError } = settings
  const pool = new pg.Pool({
    connectionString: url,
    application_name: `marketplace-landing${access === 'read-only' ? '-read-only' : ''}`,
    max: poolSize,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: idleTimeoutMs,
    keepAlive: true,
    // The server cancels work that nobody waits for, so that a held lock does not block one connection after another.
    ...(!pgbouncer && { statement_timeout: deadlineMs, idle_in_transaction_session_timeout: deadlineMs }),
  })
  let generation = 0
  const generations = new WeakMap<pg.PoolClient, number>()
  pool.on('error', onError)
  pool.on('connect', (client) => {
    generations.set(client, generation)
    // Without a listener, a restart of the database would end this process.
    client.on('error', () => undefined)
    if (!pgbouncer) nameStatements(client)
    // Set explicitly, because a statement that waited for a lock must see the rows that were committed meanwhile.
    if (!pgbouncer)
      client.query('set session characteristics as transaction isolation level read committed').catch(() => undefined)
  })

  async function usable(): Promise<pg.PoolClient> {
    for (;;) {
      const client = await pool.connect().catch((error: unknown) => {
        throw connectionFailure(error)
      })
      if (generations.get(client) === generation) return client
      // A normal end would wait for a response that may never come.
      client.connection.stream.destroy()
      client.release(true)
    }
  }

  return {
    options: pool.options,
    end: () => pool.end(),
    discardOpen: () => {
      generation += 1
    },
    connect: async () => {
      const since = performance.now()
      const client = await usable()
      const cut = () => {
        generation += 1
        client.connection.stream.destroy()
      }
      const timer = setTimeout(cut, since + deadlineMs - performance.now())
      const release = client.release.bind(client)
      client.release = (destroy) => {
        clearTimeout(timer)
        release(destroy)
      }
      return client
    },
  }
}
