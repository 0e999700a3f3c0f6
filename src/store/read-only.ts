import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { Kysely, PostgresDialect, SqliteDialect, type SqliteDatabase } from 'kysely'
import pg from 'pg'
import type { Database, Tables } from './schema.ts'
import type { DatabaseUrl } from '../config/database-url.ts'

/**
 * Opens the database for queries as it is: nothing is made or migrated. For looking on while the app runs, over one connection
 * of its own.
 */
export function openReadOnly(database: DatabaseUrl, deadlineMs: number): Database {
  const db = new Kysely<Tables>({
    dialect:
      database.engine === 'sqlite'
        ? new SqliteDialect({ database: () => Promise.resolve(openFile(database.path)) })
        : new PostgresDialect({ pool: connect(database.url, deadlineMs) }),
  })
  return { db, close: () => db.destroy() }
}

function connect(url: string, deadlineMs: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'marketplace-landing-read-only',
    max: 1,
    connectionTimeoutMillis: deadlineMs,
    statement_timeout: deadlineMs,
    idleTimeoutMillis: 10_000,
  })
  // Without a listener a restart of the database would end this process.
  pool.on('error', () => undefined)
  return pool
}

/** Node's own SQLite in the shape that Kysely knows. */
function openFile(path: string): SqliteDatabase {
  const file = new DatabaseSync(path, { readOnly: true, timeout: 1_000 })
  return {
    close: () => {
      file.close()
    },
    prepare: (text) => {
      const statement = file.prepare(text)
      return {
        reader: true,
        all: (values) => statement.all(...values.map(inputValue)),
        iterate: (values) => statement.iterate(...values.map(inputValue)),
        run: () => {
          throw new Error('the database is open for reading only')
        },
      }
    },
  }
}

function inputValue(value: unknown): SQLInputValue {
  if (value instanceof Date) return value.toISOString()
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  throw new TypeError(`a value of type ${typeof value} is in no query here`)
}
