import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
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
import type { Database } from './database.ts'
import type { Tables } from './schema.ts'
import { createRun } from './sqlite-statements.ts'
import { createTurns, type Turn } from './turns.ts'

export type SqliteSettings = {
  readonly path: string
  readonly access: 'read-write' | 'read-only'
  readonly deadlineMs: number
  readonly now: () => Date
}

type Connection = DatabaseConnection & { turn: Turn | null }

/** Waiting for another process inside SQLite blocks the event loop: at start only. Later, a turn is waited for. */
const openTimeoutMs = 1_000
const readTimeoutMs = 50
const batchSize = 64

/** Sorts after every character. */
const last = '\u{10ffff}'

/** Opens the file; with `read-write` it is made if need be. */
export function openSqlite(settings: SqliteSettings): Database {
  const driver = createDriver(settings)
  const db = new Kysely<Tables>({
    dialect: {
      createDriver: () => driver,
      createAdapter: () => new Adapter(),
      createIntrospector: (kysely) => new SqliteIntrospector(kysely),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  })
  return {
    db,
    types: { timestamp: 'text', prefix: '' },
    fromNow: (ms) => sql<Date>`${new Date(settings.now().getTime() + ms)}`,
    startsWith: (text, prefix) => sql`(${text} >= ${prefix} and ${text} < ${prefix + last})`,
    checkFile: watchFile(settings.path),
    // Nothing to lock: transactions never run side by side.
    lock: () => Promise.resolve(),
  }
}

/** Connections are handed out side by side; their transactions take turns. */
class Adapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

function createDriver({ path, access, deadlineMs }: SqliteSettings): Driver {
  const writer = access === 'read-write' ? openWriter(path) : null
  // A connection of its own: reading waits for no transaction, and sees only what is committed.
  const reader = new DatabaseSync(path, { readOnly: true, timeout: writer === null ? openTimeoutMs : readTimeoutMs })
  // Opens the journal now: later there may be no descriptor for it.
  reader.exec('select 1 from sqlite_schema')
  const read = createRun(reader)
  const begin = createTurns(writer ?? reader, { deadlineMs, batchSize })

  /** A statement that is no part of a transaction is one by itself. */
  async function runAlone(query: CompiledQuery): Promise<QueryResult<never>> {
    if (writer === null || SelectQueryNode.is(query.query)) return read(query)
    const turn = await begin()
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
        executeQuery: async (query) => connection.turn?.run(query) ?? (await runAlone(query)),
        streamQuery: () => {
          throw new Error('not supported here')
        },
      }
      return Promise.resolve(connection)
    },
    async beginTransaction(connection: Connection) {
      connection.turn = await begin()
    },
    async commitTransaction(connection: Connection) {
      const { turn } = connection
      // Kysely rolls back when a commit fails, but that turn is over.
      connection.turn = null
      await turn?.commit()
    },
    rollbackTransaction(connection: Connection) {
      connection.turn?.rollback()
      return Promise.resolve()
    },
    releaseConnection: () => Promise.resolve(),
    destroy: async () => {
      // This turn comes after all that were waiting.
      if (writer !== null) await (await begin()).commit()
      reader.close()
      writer?.close()
    },
  }
}

function openWriter(path: string): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  // It holds contact details: for this user only. SQLite gives its journal the same mode.
  closeSync(openSync(path, 'a', 0o600))
  for (const file of [path, `${path}-wal`, `${path}-shm`]) keepToThisUser(file)
  const writer = new DatabaseSync(path, { timeout: openTimeoutMs })
  // `full`: a commit is synced to the disk before it returns.
  writer.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma busy_timeout = 0')
  // Checkpoints block the event loop, so run them rarely. In pages of 4 KiB.
  writer.exec('pragma wal_autocheckpoint = 8000')
  // 16 MB. Keys are random, so a landing reads pages from all over the file.
  writer.exec('pragma cache_size = -16000')
  return writer
}

/** A file that was deleted or replaced is written to as long as it is open, and is lost with this process. */
function watchFile(path: string): () => void {
  const { dev, ino } = statSync(path)
  return () => {
    const current = statSync(path, { throwIfNoEntry: false })
    if (current?.dev === dev && current.ino === ino) return
    const hint =
      'The file of DATABASE_URL was deleted or replaced while it was open: put it back, or stop all tasks and start them again.'
    throw new AppError('store-unavailable', { cause: new Error('not the file that was opened'), hint })
  }
}

/** Also a file that was there. */
function keepToThisUser(file: string): void {
  try {
    chmodSync(file, 0o600)
  } catch {
    // Not there yet, or another user's: then that user decides.
  }
}
