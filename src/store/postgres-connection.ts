import { InsertQueryNode, ValuesNode, type CompiledQuery, type DatabaseConnection, type QueryResult } from 'kysely'
import pg from 'pg'
import { connectionFailure } from './failures.ts'
import { isolation, type Pool } from './pool.ts'
import type { PostgresSettings } from './database.ts'

export type Connection = DatabaseConnection & {
  readonly begin: () => void
  readonly commit: () => Promise<unknown>
  readonly rollback: () => Promise<unknown>
  readonly release: () => void
}

/** Held until the transaction ends. */
export const lock = 'select pg_advisory_xact_lock(hashtextextended($1, 0))'

/** SQLSTATE read_only_sql_transaction. */
const readOnly = '25006'

/** A connection for one piece of work, which must be done by the deadline: else it is cut, and so is the work. */
export async function acquire(pool: Pool, { deadlineMs, pgbouncer = false }: PostgresSettings): Promise<Connection> {
  const since = performance.now()
  const client = await pool.connect().catch((error: unknown) => {
    throw asFailure(error)
  })
  let lost = false
  let inTransaction = false
  /** Statements of the transaction that nobody has waited for. */
  const unanswered: Promise<unknown>[] = []
  const cut = setTimeout(
    () => {
      client.connection.stream.destroy()
      lost = true
    },
    since + deadlineMs - performance.now(),
  )

  async function send({ sql: text, parameters: values }: Pick<CompiledQuery, 'sql' | 'parameters'>) {
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
  const run = (text: string) => send({ sql: text, parameters: [] })
  // A pooler's connections are not ours to set up, so each transaction is.
  const limit = `set local statement_timeout = ${String(deadlineMs)}`
  const idle = `set local idle_in_transaction_session_timeout = ${String(deadlineMs)}`
  const start = () => run(pgbouncer ? `start transaction ${isolation}; ${limit}; ${idle}` : 'begin')

  const leaveUnanswered = (sent: Promise<unknown>) => {
    sent.catch(() => undefined)
    unanswered.push(sent)
  }
  /** The first of a transaction's statements that failed tells why; those after it only that one did. */
  const answered = async <T>(sent: Promise<T>): Promise<T> => {
    await Promise.all([...unanswered, sent])
    return sent
  }

  return {
    begin: () => {
      inTransaction = true
      leaveUnanswered(start())
    },
    commit: () => answered(run('commit')),
    rollback: () => run('rollback'),
    executeQuery: async (query) => {
      if (!inTransaction && pgbouncer) {
        const [, result] = await Promise.all([start(), send(query), run('commit')])
        return resultOf(result)
      }
      const sent = send(query)
      const result = inTransaction ? certainResult(query) : null
      if (result === null) return resultOf(await answered(sent))
      leaveUnanswered(sent)
      return result
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

/** What a statement answers unless it fails. It need not be waited for: the next one, or the commit, fails with it. Else null. */
function certainResult({ sql: text, query }: CompiledQuery): QueryResult<never> | null {
  if (text === lock) return { rows: [] }
  if (!InsertQueryNode.is(query) || query.returning !== undefined) return null
  const { values, onConflict } = query
  const mayWriteLess = onConflict?.doNothing === true || onConflict?.updateWhere !== undefined
  if (mayWriteLess || values === undefined || !ValuesNode.is(values)) return null
  return { rows: [], numAffectedRows: BigInt(values.values.length) }
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
