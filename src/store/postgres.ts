import type { Writable } from 'node:stream'
import { PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import pg from 'pg'
import { createBuilder, type Engine, type Result, type Run } from './engine.ts'
import { connectionFailure } from './failures.ts'

export type PostgresSettings = {
  readonly url: string
  readonly poolSize: number
  readonly connectTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly deadlineMs: number
  readonly onError: (error: unknown) => void
}

/** Held until the transaction ends. */
const lock = 'select pg_advisory_xact_lock(hashtextextended($1, 0))'

/** SQLSTATE read_only_sql_transaction. */
const readOnly = '25006'

/** Connects at the first statement. TLS is a matter of the URL's parameters (`sslmode`, `sslrootcert`). */
export function openPostgres(settings: PostgresSettings): Engine {
  const { deadlineMs } = settings
  const pool = createPool(settings)

  return {
    timestamp: 'timestamptz',
    builder: createBuilder({
      createAdapter: () => new PostgresAdapter(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    }),
    run: async (statement) => {
      const { run, release } = await borrow(pool, deadlineMs)
      return run(statement).finally(release)
    },
    transaction: async (work) => {
      const { run, release } = await borrow(pool, deadlineMs)
      return inTransaction(run, work).finally(release)
    },
    atOnce: async (work) => {
      const connection = await borrow(pool, deadlineMs)
      return inOneMessage(connection, work).finally(connection.release)
    },
    lock: (key) => ({ sql: lock, parameters: [`marketplace-landing ${key}`], reads: false, name: 'landing-lock' }),
    close: () => pool.end(),
  }
}

function createPool(settings: PostgresSettings): pg.Pool {
  const { url, poolSize, connectTimeoutMs, idleTimeoutMs, deadlineMs, onError } = settings
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'marketplace-landing',
    max: poolSize,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: idleTimeoutMs,
    keepAlive: true,
    // What does not depend on the answer before is sent without waiting for it.
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

async function inTransaction<T>(run: Run, work: (run: Run) => Promise<T>): Promise<T> {
  // Sent along with the first statement of the work.
  const begun = run(plain('begin'))
  begun.catch(() => undefined)
  try {
    const result = await work(async (statement) => (await Promise.all([run(statement), begun]))[0])
    await run(plain('commit'))
    return result
  } catch (error) {
    // Where this fails too, the connection is gone and the transaction with it.
    await run(plain('rollback')).catch(() => undefined)
    throw error
  }
}

async function inOneMessage<T>({ run, stream }: Borrowed, work: (run: Run) => Promise<T>): Promise<T> {
  stream.cork()
  const sent = [run(plain('begin')), work(run), run(plain('commit'))] as const
  stream.uncork()
  // All are over before the connection is anybody else's. After a statement that failed, the server takes the commit for a rollback.
  await Promise.allSettled(sent)
  return (await Promise.all(sent))[1]
}

type Borrowed = {
  readonly run: Run
  /** What is written while it is corked goes out together. */
  readonly stream: Writable
  readonly release: () => void
}

/** A connection for one piece of work, which must be done by the deadline: else it is cut, and so is the work. */
async function borrow(pool: pg.Pool, deadlineMs: number): Promise<Borrowed> {
  const since = performance.now()
  const client = await connection(pool)
  const leftMs = since + deadlineMs - performance.now()
  if (leftMs <= 0) {
    client.release()
    throw late()
  }
  let released = false
  let lost = false
  const release = (): void => {
    if (released) return
    released = true
    clearTimeout(timer)
    client.release(lost)
  }
  const timer = setTimeout(() => {
    // Ending it politely would wait for answers that may never come.
    client.connection.stream.destroy()
    lost = true
    release()
  }, leftMs)
  const run: Run = async ({ sql, parameters, name }) => {
    if (released) throw late()
    try {
      return resultOf(await client.query({ text: sql, values: [...parameters], ...(name !== null && { name }) }))
    } catch (error) {
      lost ||= isLost(error)
      throw asFailure(error)
    }
  }
  return { run, stream: client.connection.stream, release }
}

async function connection(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    throw asFailure(error)
  }
}

function plain(sql: string): Parameters<Run>[0] {
  return { sql, parameters: [], reads: false, name: null }
}

function resultOf({ rows, rowCount }: pg.QueryResult<object>): Result {
  return { rows, affected: rowCount ?? 0 }
}

/** What does not come from the server comes from the way to it. */
function asFailure(error: unknown): unknown {
  return error instanceof pg.DatabaseError ? error : connectionFailure(error)
}

/** A connection that broke, or that leads to a server which has become a read-only replica. */
function isLost(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError) || error.severity === 'FATAL' || error.code === readOnly
}

function late(): Error {
  return connectionFailure(new Error('the deadline passed before the database could be asked'))
}
