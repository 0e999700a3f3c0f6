import type { Compilable, Expression, Kysely, OperationNodeSource, RawBuilder } from 'kysely'
import type { DatabaseUrl } from '../config/database-url.ts'
import type { Tables } from './schema.ts'

/** An open database of either engine. */
export type Database = {
  /** A transaction is on disk when its promise resolves. `destroy` waits for running statements. */
  readonly db: Kysely<Tables>
  readonly types: ColumnTypes
  /** The time in `ms` milliseconds by the database's own clock, because the clocks of instances differ. */
  readonly fromNow: (ms: number) => RawBuilder<Date>
  /** True where the text begins with the prefix, in the same case. Uses an index that was created with `types.prefix`. */
  readonly startsWith: (text: Expression<unknown>, prefix: string) => RawBuilder<boolean>
  /** The day of a time in UTC, such as `2026-11-24`. */
  readonly dayOf: (time: Expression<unknown>) => RawBuilder<string>
  /** Throws when the open SQLite file is no longer the one at its path. */
  readonly checkFile: () => void
  /** Overwrites erased data that is still in the database files. */
  readonly scrub: () => Promise<void>
  /** Transactions never run side by side. */
  readonly hasOneWriter: boolean
  /** Runs both statements or neither. Returns the number of rows that the first one wrote; it must return a column. */
  readonly together: (connection: Kysely<Tables>, first: Statement, second: Statement) => Promise<number>
  /** Makes transactions that lock the same key wait for each other. */
  readonly lock: (transaction: Kysely<Tables>, key: string) => Promise<void>
}

export type Statement = Compilable & OperationNodeSource

/** The engine-specific parts of a table definition. */
export type ColumnTypes = {
  readonly timestamp: 'text' | 'timestamptz'
  /** Follows a column of an index, so that `startsWith` can use it. */
  readonly prefix: '' | 'text_pattern_ops'
}

/** A time of this instance's clock as the same time of the database's clock. */
export type TimeOf = (moment: Date) => Expression<Date>

export type DatabaseSettings = {
  readonly database: DatabaseUrl
  readonly access: 'read-write' | 'read-only'
  /** The longest time that a transaction or a single statement may take, including the wait for a connection. */
  readonly deadlineMs: number
  /** PostgreSQL: the maximum number of connections of this instance. */
  readonly poolSize: number
  /** PostgreSQL: the longest wait for a new or a free connection. */
  readonly connectTimeoutMs: number
  /** PostgreSQL: unused connections are closed after this. */
  readonly idleTimeoutMs: number
  /** SQLite: the clock of this instance, which is also the clock of the database. */
  readonly now: () => Date
  /** Called when an idle connection breaks. */
  readonly onError: (error: unknown) => void
}

export type SqliteSettings = Pick<DatabaseSettings, 'access' | 'deadlineMs' | 'now'> & { readonly path: string }

export type PostgresSettings = Omit<DatabaseSettings, 'database'> &
  Omit<Extract<DatabaseUrl, { engine: 'postgres' }>, 'engine'>
