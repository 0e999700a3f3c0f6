import {
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
} from 'kysely'
import pg from 'pg'
import type { DatabaseUrl } from '../config/database-url.ts'
import type { Database, DatabaseSettings } from './database.ts'
import { connectionFailure } from './failures.ts'
import { createPool, isolation, type Pool } from './pool.ts'
import type { Tables } from './schema.ts'

export type PostgresSettings = Omit<DatabaseSettings, 'database'> &
  Omit<Extract<DatabaseUrl, { engine: 'postgres' }>, 'engine'>

type Connection = DatabaseConnection & {
  readonly begin: () => void
  readonly end: (how: 'commit' | 'rollback') => Promise<unknown>
  readonly release: () => void
}

/** SQLSTATE read_only_sql_transaction. */
const readOnly = '25006'

/** Connects at the first statement. TLS is a matter of the URL's parameters (`sslmode`, `sslrootcert`). */
export function openPostgres(settings: PostgresSettings): Database {
  const db = new Kysely<Tables>({
    dialect: {
      createDriver: () => createDriver(settings),
      createAdapter: () => new PostgresAdapter(),
      createIntrospector: (kysely) => new PostgresIntrospector(kysely),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  })
  return {
    db,
    timestamp: 'timestamptz',
    // Unlike clock_timestamp(), it can be looked up in an index.
    fromNow: (ms) => sql<Date>`(statement_timestamp() + ${ms} * interval '1 millisecond')`,
    checkFile: () => undefined,
    lock: async (transaction, key) => {
      // Held until the transaction ends.
      await sql`select pg_advisory_xact_lock(hashtextextended(${`marketplace-landing ${key}`}, 0))`.execute(transaction)
    },
  }
}

function createDriver(settings: PostgresSettings): Driver {
  const pool = createPool(settings)
  return {
    init: () => Promise.resolve(),
    acquireConnection: () => acquire(pool, settings),
    beginTransaction(connection: Connection) {
      connection.begin()
      return Promise.resolve()
    },
    async commitTransaction(connection: Connection) {
      await connection.end('commit')
    },
    async rollbackTransaction(connection: Connection) {
      // Where this fails too, the connection is gone and the transaction with it.
      await connection.end('rollback').catch(() => undefined)
    },
    releaseConnection(connection: Connection) {
      connection.release()
      return Promise.resolve()
    },
    destroy: () => pool.close(),
  }
}

/** A connection for one piece of work, which must be done by the deadline: else it is cut, and so is the work. */
async function acquire(pool: Pool, { deadlineMs, pgbouncer = false }: PostgresSettings): Promise<Connection> {
  const since = performance.now()
  const client = await pool.connect().catch((error: unknown) => {
    throw asFailure(error)
  })
  let lost = false
  let inTransaction = false
  const cut = setTimeout(
    () => {
      client.connection.stream.destroy()
      lost = true
    },
    since + deadlineMs - performance.now(),
  )

  async function send({ text, values = [] }: { text: string; values?: readonly unknown[] }) {
    const { stream } = client.connection
    try {
      // Statements that are sent together leave in one packet.
      stream.cork()
      process.nextTick(() => {
        stream.uncork()
      })
      // A pooler hands the next statement to a connection that may not know the name.
      const named = values.length > 0 && !pgbouncer && { name: nameOf(text) }
      return await client.query<never>({ ...named, text, ...(values.length > 0 && { values: [...values] }) })
    } catch (error) {
      lost ||= isLost(error)
      throw asFailure(error)
    }
  }
  // A pooler's connections are not ours to set up, so each transaction is.
  const limit = `set local statement_timeout = ${String(deadlineMs)}`
  const idle = `set local idle_in_transaction_session_timeout = ${String(deadlineMs)}`
  const start = () => send({ text: pgbouncer ? `start transaction ${isolation}; ${limit}; ${idle}` : 'begin' })

  return {
    begin: () => {
      inTransaction = true
      // Not waited for: where it fails, so does the first statement after it.
      start().catch(() => undefined)
    },
    end: (how) => send({ text: how }),
    executeQuery: async ({ sql: text, parameters: values }) => {
      const query = { text, values }
      if (inTransaction || !pgbouncer) return resultOf(await send(query))
      const [, result] = await Promise.all([start(), send(query), send({ text: 'commit' })])
      return resultOf(result)
    },
    streamQuery: () => {
      throw new Error('not supported')
    },
    release: () => {
      clearTimeout(cut)
      pool.release(client, lost ? 'lost' : 'kept')
    },
  }
}

function resultOf({ rows, rowCount }: pg.QueryResult<never>): QueryResult<never> {
  return { rows, ...(rowCount !== null && { numAffectedRows: BigInt(rowCount) }) }
}

const names = new Map<string, string>()

/** The same for the same text, so that PostgreSQL parses and plans it once a connection. */
function nameOf(text: string): string {
  const name = names.get(text) ?? `landing-${String(names.size + 1)}`
  names.set(text, name)
  return name
}

/** Anything but a server error is a connection failure. */
function asFailure(error: unknown): unknown {
  return error instanceof pg.DatabaseError ? error : connectionFailure(error)
}

/** A connection that broke, or that leads to a server which has become a read-only replica. */
function isLost(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError) || error.severity === 'FATAL' || error.code === readOnly
}
