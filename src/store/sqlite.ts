import { closeSync, mkdirSync, openSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import { createBuilder, type Engine, type Result, type Run } from './engine.ts'
import { groupCommit } from './group-commit.ts'
import type { Statement } from './prepare.ts'

export type SqliteSettings = {
  readonly path: string
  readonly deadlineMs: number
}

/** More than so many transactions in one commit would make the first wait too long for the others. */
const batchSize = 64
/** Waiting for another process inside SQLite stops this one altogether: at start only, later groupCommit waits. */
const openTimeoutMs = 1_000
/** Readers wait for nobody, but for a moment when another process has just crashed. */
const readTimeoutMs = 50

/** Opens the file, made if need be. */
export function openSqlite({ path, deadlineMs }: SqliteSettings): Engine {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  // It holds contact details: for this user only. SQLite gives its journal the same mode.
  closeSync(openSync(path, 'a', 0o600))
  const writer = new DatabaseSync(path, { timeout: openTimeoutMs })
  // Every commit is synced before anybody is told, as with `full`; but by us, for SQLite would hold the event loop meanwhile.
  writer.exec(
    'pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on; pragma busy_timeout = 0',
  )
  // A checkpoint does hold the event loop: so seldom, when a page is copied once for many changes. In pages of 4 KiB.
  writer.exec('pragma wal_autocheckpoint = 8000')
  // A connection of its own sees only what is committed.
  const reader = new DatabaseSync(path, { readOnly: true, timeout: readTimeoutMs })
  const write = runner(writer)
  const read = runner(reader)
  const log = writeAheadLog(path)
  const turns = groupCommit(writer, { deadlineMs, batchSize, sync: log.sync })

  async function transaction<T>(work: (run: Run) => Promise<T>): Promise<T> {
    await turns.begin()
    let result: T
    try {
      result = await work(write)
    } catch (error) {
      turns.rollback(error)
      throw error
    }
    await turns.commit()
    return result
  }

  return {
    timestamp: 'text',
    builder: createBuilder({
      createAdapter: () => new SqliteAdapter(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    }),
    run: (statement) => (statement.reads ? read(statement) : transaction((run) => run(statement))),
    transaction,
    atOnce: transaction,
    lock: null,
    close: async () => {
      // Its turn comes after all that were waiting.
      await turns.begin()
      await turns.commit()
      await log.close()
      reader.close()
      writer.close()
    },
  }
}

/** SQLite's log of commits, which a checkpoint copies into the file. It is there as long as a connection is. */
function writeAheadLog(path: string) {
  let handle: Promise<FileHandle> | null = null
  return {
    sync: async () => (await (handle ??= open(`${path}-wal`))).datasync(),
    close: async () => (await handle)?.close(),
  }
}

const statementsKept = 200

type Ready = { readonly statement: StatementSync; readonly givesRows: boolean }

/** Runs statements on one connection. Getting a statement ready costs more than running it, so they are kept. */
function runner(db: DatabaseSync): (statement: Statement) => Promise<Result> {
  const kept = new Map<string, Ready>()

  function ready(text: string): Ready {
    const known = kept.get(text)
    if (known) return known
    const statement = db.prepare(text)
    const made = { statement, givesRows: statement.columns().length > 0 }
    const [oldest] = kept.keys()
    if (kept.size >= statementsKept && oldest !== undefined) kept.delete(oldest)
    kept.set(text, made)
    return made
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what SQLite throws is to be a rejection
  return async ({ sql, parameters }) => {
    const { statement, givesRows } = ready(sql)
    const values = parameters.map(inputValue)
    if (!givesRows) return { rows: [], affected: Number(statement.run(...values).changes) }
    const rows = statement.all(...values)
    return { rows, affected: rows.length }
  }
}

function inputValue(value: unknown): SQLInputValue {
  if (value instanceof Date) return value.toISOString()
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  throw new TypeError(`a value of type ${typeof value} cannot be stored`)
}
