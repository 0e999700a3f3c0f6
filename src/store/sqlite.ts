import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import {
  Kysely,
  SelectQueryNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
} from 'kysely'
import { AppError } from '../errors.ts'
import type { Database, SqliteSettings, Statement } from './database.ts'
import type { Tables } from './schema.ts'
import { openTimeoutMs, openWriter, watchFile } from './sqlite-file.ts'
import { createTurns, type Turn, type Turns } from './turns.ts'

type Connection = DatabaseConnection & { turn: Turn | null }

/** Waiting inside SQLite blocks the event loop. */
const readTimeoutMs = 50
const scrubRetryMs = 20
/** More than the number of different queries of the app. */
const mostStatements = 200
/** Sorts after every character. */
const last = '\u{10ffff}'

/** Opens the file. `read-write` creates it if it does not exist. */
export function openSqlite({ path, access, deadlineMs, now }: SqliteSettings): Database {
  const writer = access === 'read-write' ? openWriter(path) : null
  // For reads outside a transaction: waits for no transaction and sees only committed rows.
  const reader = new DatabaseSync(path, { readOnly: true, timeout: writer === null ? openTimeoutMs : readTimeoutMs })
  const connection = writer ?? reader
  const turns = createTurns(connection, { run: createRun(connection), deadlineMs })
  const close = () => {
    reader.close()
    writer?.close()
  }
  const db = new Kysely<Tables>({
    dialect: {
      createDriver: () => createDriver({ turns, read: createRun(reader), close }),
      createAdapter: () => new Adapter(),
      createIntrospector: (kysely) => new SqliteIntrospector(kysely),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  })
  return {
    db,
    types: { timestamp: 'text', prefix: '' },
    fromNow: (ms) => sql<Date>`${new Date(now().getTime() + ms)}`,
    startsWith: (text, prefix) => sql`(${text} >= ${prefix} and ${text} < ${prefix + last})`,
    dayOf: (time) => sql`substr(${time}, 1, 10)`,
    checkFile: watchFile(path),
    scrub: () => scrub(turns, connection, deadlineMs),
    hasOneWriter: true,
    together: (connection, first, second) =>
      connection.isTransaction
        ? both(connection, first, second)
        : db.transaction().execute((transaction) => both(transaction, first, second)),
    // Nothing to lock, because transactions never run side by side.
    lock: () => Promise.resolve(),
  }
}

/** Kysely uses connections concurrently. `createTurns` runs their transactions one after another. */
class Adapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

/** Keeps prepared statements, because preparing one costs more than running it. */
function createRun(db: DatabaseSync): Turn['run'] {
  const kept = new Map<string, StatementSync>()

  function prepared(text: string): StatementSync {
    const known = kept.get(text)
    if (known !== undefined) return known
    if (kept.size >= mostStatements) kept.clear()
    const statement = db.prepare(text)
    kept.set(text, statement)
    return statement
  }

  return ({ sql: text, parameters }) => {
    const statement = prepared(text)
    const values = parameters.map(inputValue)
    if (statement.columns().length === 0) return { rows: [], numAffectedRows: BigInt(statement.run(...values).changes) }
    // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- the query's own type says what it selects
    return { rows: statement.all(...values) as never[] }
  }
}

function inputValue(value: unknown): SQLInputValue {
  if (value instanceof Date) return value.toISOString()
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  throw new TypeError(`a value of type ${typeof value} cannot be stored`)
}

type DriverDeps = { readonly turns: Turns; readonly read: Turn['run']; readonly close: () => void }

function createDriver({ turns, read, close }: DriverDeps): Driver {
  /** A write outside a transaction is its own transaction. */
  async function runAlone(query: CompiledQuery): Promise<QueryResult<never>> {
    const turn = await turns.begin()
    let result: QueryResult<never>
    try {
      result = turn.run(query)
    } catch (error) {
      turn.rollback()
      throw error
    }
    await turn.commit()
    return result
  }

  return {
    init: () => Promise.resolve(),
    acquireConnection: () => {
      const connection: Connection = {
        turn: null,
        executeQuery: async (query) =>
          connection.turn?.run(query) ?? (isRead(query) ? read(query) : await runAlone(query)),
        streamQuery: () => {
          throw new Error('not supported')
        },
      }
      return Promise.resolve(connection)
    },
    async beginTransaction(connection: Connection) {
      connection.turn = await turns.begin()
    },
    async commitTransaction(connection: Connection) {
      const { turn } = connection
      // Kysely also calls this after a failed commit, when the turn has already ended.
      connection.turn = null
      await turn?.commit()
    },
    rollbackTransaction(connection: Connection) {
      connection.turn?.rollback()
      return Promise.resolve()
    },
    releaseConnection: () => Promise.resolve(),
    destroy: async () => {
      await turns.idle()
      close()
    },
  }
}

function isRead({ query, sql: text }: CompiledQuery): boolean {
  return SelectQueryNode.is(query) || /^\s*select\b/i.test(text)
}

/** SQLite does not support writes in a `with` clause. */
async function both(transaction: Kysely<Tables>, first: Statement, second: Statement): Promise<number> {
  const { rows } = await transaction.executeQuery(first)
  if (rows.length > 0) await transaction.executeQuery(second)
  return rows.length
}

/** Truncates the journal, which contains earlier versions of changed rows. */
async function scrub(turns: Turns, connection: DatabaseSync, deadlineMs: number): Promise<void> {
  const until = performance.now() + deadlineMs
  const truncate = connection.prepare('pragma wal_checkpoint(truncate)')
  while ((await turns.between(() => truncate.get()?.['busy'])) !== 0) {
    if (performance.now() >= until)
      throw new AppError('store-unavailable', { cause: new Error('another process keeps the journal in use') })
    await pause(scrubRetryMs)
  }
}
