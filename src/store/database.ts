import type { Expression, Kysely, RawBuilder } from 'kysely'
import type { DatabaseUrl } from '../config/database-url.ts'
import type { Tables } from './schema.ts'

/** An opened database, whichever engine is behind it. */
export type Database = {
  /** What a transaction wrote is on the disk when it resolves. `destroy` waits for what is under way. */
  readonly db: Kysely<Tables>
  /** The type of columns that hold a time. */
  readonly timestamp: 'text' | 'timestamptz'
  /** So many milliseconds from now, by the database's own clock: those of the tasks differ. */
  readonly fromNow: (ms: number) => RawBuilder<Date>
  /** Throws when the open SQLite file is no longer the one at its path. */
  readonly checkFile: () => void
  /** Makes transactions that lock the same key wait for each other. */
  readonly lock: (transaction: Kysely<Tables>, key: string) => Promise<void>
}

/** A moment of the task's clock as the same moment of the database's. */
export type TimeOf = (moment: Date) => Expression<Date>

export type DatabaseSettings = {
  readonly database: DatabaseUrl
  readonly access: 'read-write' | 'read-only'
  /** The longest that a transaction, or a statement of its own, may take, waiting included. */
  readonly deadlineMs: number
  /** PostgreSQL: connections of this task at most. */
  readonly poolSize: number
  /** PostgreSQL: the longest wait for a connection, new or free. */
  readonly connectTimeoutMs: number
  /** PostgreSQL: unused connections are closed after this. */
  readonly idleTimeoutMs: number
  /** SQLite: the clock of this task is the database's own. */
  readonly now: () => Date
  /** Hears of connections that broke while nobody used them. */
  readonly onError: (error: unknown) => void
}

export type PostgresSettings = Omit<DatabaseSettings, 'database'> &
  Omit<Extract<DatabaseUrl, { engine: 'postgres' }>, 'engine'>
