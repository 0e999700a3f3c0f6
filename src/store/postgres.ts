import {
  CompiledQuery,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
  type DatabaseConnection,
  type Driver,
} from 'kysely'
import pg from 'pg'
import type { Database, DatabaseSettings } from './database.ts'
import { connectionFailure } from './failures.ts'
import type { Tables } from './schema.ts'

export type PostgresSettings = Omit<DatabaseSettings, 'database'> & { readonly url: string }

type Connection = DatabaseConnection & { readonly release: () => void }

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
    fromNow: (ms) => sql<Date>`clock_timestamp() + ${ms} * interval '1 millisecond'`,
    lock: async (transaction, key) => {
      // Held until the transaction ends.
      await sql`select pg_advisory_xact_lock(hashtextextended(${`marketplace-landing ${key}`}, 0))`.execute(transaction)
    },
  }
}

function createDriver(settings: PostgresSettings): Driver {
  const pool = createPool(settings)
  // Whatever the database's default: a transaction that waited for a lock must see what was written meanwhile.
  const begin = CompiledQuery.raw('start transaction isolation level read committed')
  return {
    init: () => Promise.resolve(),
    acquireConnection: () => acquire(pool, settings.deadlineMs),
    beginTransaction(connection: Connection) {
      // Not waited for: where it fails, so does the first statement after it.
      connection.executeQuery(begin).catch(() => undefined)
      return Promise.resolve()
    },
    async commitTransaction(connection: Connection) {
      await connection.executeQuery(CompiledQuery.raw('commit'))
    },
    async rollbackTransaction(connection: Connection) {
      // Where this fails too, the connection is gone and the transaction with it.
      await connection.executeQuery(CompiledQuery.raw('rollback')).catch(() => undefined)
    },
    releaseConnection(connection: Connection) {
      connection.release()
      return Promise.resolve()
    },
    destroy: () => pool.end(),
  }
}

function createPool(settings: PostgresSettings): pg.Pool {
  const { url, access, poolSize, connectTimeoutMs, idleTimeoutMs, deadlineMs, onError } = settings
  const pool = new pg.Pool({
    connectionString: url,
    application_name: `marketplace-landing${access === 'read-only' ? '-read-only' : ''}`,
    max: poolSize,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: idleTimeoutMs,
    keepAlive: true,
    // A statement is sent without waiting for the answer to the one before.
    pipeline: true,
    // The server stops by itself what nobody here waits for any more, so that a lock held there does not pile up connections.
    statement_timeout: deadlineMs,
    idle_in_transaction_session_timeout: deadlineMs,
  })
  // Without listeners a restart of the database would end this process.
  pool.on('error', onError)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

/** A connection for one piece of work, which must be done by the deadline: else it is cut, and so is the work. */
async function acquire(pool: pg.Pool, deadlineMs: number): Promise<Connection> {
  const since = performance.now()
  const client = await pool.connect().catch((error: unknown) => {
    throw asFailure(error)
  })
  let lost = false
  const cut = setTimeout(
    () => {
      // Ending it politely would wait for answers that may never come.
      client.connection.stream.destroy()
      lost = true
    },
    since + deadlineMs - performance.now(),
  )
  return {
    executeQuery: async ({ sql: text, parameters }) => {
      try {
        const { rows, rowCount } = await client.query({ name: nameOf(text), text, values: [...parameters] })
        // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- the query's own type says what it selects
        return { rows, ...(rowCount !== null && { numAffectedRows: BigInt(rowCount) }) }
      } catch (error) {
        lost ||= isLost(error)
        throw asFailure(error)
      }
    },
    streamQuery: () => {
      throw new Error('not supported')
    },
    release: () => {
      clearTimeout(cut)
      client.release(lost)
    },
  }
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
