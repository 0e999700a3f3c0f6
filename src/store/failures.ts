import { networkFailure, tlsHint } from '../domain/network-failure.ts'
import { AppError, descriptorsHint, isOutOfDescriptors } from '../errors.ts'

type Meaning = readonly [code: 'store-unavailable' | 'service-busy' | 'internal', hint?: string | undefined]

const unavailable = 'store-unavailable'
const busy = 'service-busy'
const full = 'Free space on the volume of DATABASE_URL: the disk is full. No restart is needed.'
const locked = 'End the other process that holds the database file of DATABASE_URL locked.'
const unwritable = 'Make the file of DATABASE_URL and its folder readable and writable for this process.'
const folder = 'Name a file in a folder in DATABASE_URL: a folder of its path is a file.'
const connections =
  'Raise max_connections of PostgreSQL, run fewer instances, or lower DATABASE_POOL_SIZE (of each instance): no connection is left.'
const pooler =
  'Add pgbouncer=true to DATABASE_URL: a pooler in transaction mode, such as PgBouncer, is in front of PostgreSQL.'
const credentials =
  'Correct the user or password in DATABASE_URL, or allow this host in pg_hba.conf. If PostgreSQL says "no encryption", it ' +
  'requires TLS: add ?sslmode=verify-full&sslrootcert=/path/to/ca.pem.'
const certificate =
  'Name the file of the certificate authority in DATABASE_URL (?sslmode=verify-full&sslrootcert=/path/to/ca.pem): the TLS ' +
  'certificate of the database is not trusted.'

/**
 * By SQLite's primary result code, by SQLSTATE, by Node's code, or by pg's message where it has no code. Sources:
 * https://www.sqlite.org/rescode.html and https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const meanings: Readonly<Record<string, Meaning>> = {
  'SQLite 5': [unavailable, locked],
  'SQLite 8': [unavailable, unwritable],
  'SQLite 10': [unavailable, 'Check the volume of the file of DATABASE_URL: reading or writing fails.'],
  'SQLite 11': ['internal', 'Restore the file of DATABASE_URL from a backup: it is damaged.'],
  'SQLite 13': [unavailable, full],
  'SQLite 14': [unavailable, unwritable],
  'SQLite 26': ['internal', 'Set DATABASE_URL to an SQLite database: the file is not one.'],

  '25006': [unavailable, 'Use the writer endpoint in DATABASE_URL: it points to a read-only replica.'],
  '26000': [unavailable, pooler],
  '28000': [unavailable, credentials],
  '28P01': [unavailable, credentials],
  '3D000': [unavailable, 'Create the database that DATABASE_URL names: it does not exist.'],
  '42P05': [unavailable, pooler],
  '42501': ['internal', 'Let the user in DATABASE_URL own its tables, or create tables in its schema.'],
  '53100': [unavailable, 'Free or add space on the disk of PostgreSQL: it is full.'],
  '53300': [busy, connections],
  '57014': [unavailable, 'Look for locks and load on PostgreSQL: a query took too long and was stopped.'],

  EACCES: [unavailable, unwritable],
  EEXIST: ['internal', folder],
  EISDIR: ['internal', 'Name a file in DATABASE_URL, such as sqlite:data/landing.db: it names a folder.'],
  EDQUOT: [unavailable, full],
  ENOSPC: [unavailable, full],
  ENOTDIR: ['internal', folder],
  EROFS: [unavailable, unwritable],
  ENOENT: [unavailable, 'Check the files that DATABASE_URL names (sslrootcert, a socket, …): one does not exist.'],
  ENOTFOUND: [unavailable, 'Check the host in DATABASE_URL: DNS does not know it.'],
  ECONNRESET: [unavailable],
  EHOSTUNREACH: [unavailable],
  ENETUNREACH: [unavailable],
  EPIPE: [unavailable],
  ETIMEDOUT: [unavailable],
  ECONNREFUSED: [unavailable, 'Check the host and port of DATABASE_URL: nothing listens there.'],

  'Connection terminated': [unavailable],
  'Connection terminated unexpectedly': [unavailable],
  'Client was closed and is not queryable': [unavailable],
  'Client has encountered a connection error and is not queryable': [unavailable],
  'Cannot use a pool after calling end on the pool': [unavailable],
  'The server does not support SSL connections': [
    unavailable,
    'Enable TLS on PostgreSQL, or set sslmode=disable in DATABASE_URL: the server does not speak TLS.',
  ],
  'unsupported startup parameter: statement_timeout': [unavailable, pooler],
  'timeout exceeded when trying to connect': [
    busy,
    'Look for slow queries and load on PostgreSQL, or raise DATABASE_POOL_SIZE: no connection was free in time.',
  ],
  'Connection terminated due to connection timeout': [
    unavailable,
    'Check security groups and the load on PostgreSQL: the host and port of DATABASE_URL do not answer.',
  ],
}

/** SQLSTATEs of temporary failures, and of failures that only the operator of the database can fix. */
const passing = /^(?:08|28|3D|40|53|57)...$|^(?:25006|25P0[34]|55P03)$/

/** Converts an error of either engine into an `AppError`. */
export function storeFailure(error: unknown): AppError {
  return error instanceof AppError ? error : failure(error, meaningOf(error) ?? ['internal'])
}

/** Converts the error of a connection that was refused, was closed, or timed out. */
export function connectionFailure(cause: unknown): AppError {
  const [code, hint] = meaningOf(cause) ?? [unavailable]
  return failure(cause, [code === 'internal' ? unavailable : code, hint])
}

/** Serialization failure, deadlock, and a row that another transaction has inserted or deleted. */
const writeConflicts: ReadonlySet<string> = new Set(['40001', '40P01', '23505', '23503'])

/** True if two transactions changed the same row. The work succeeds when it is repeated. */
export function isWriteConflict(error: unknown): boolean {
  const code = property(error, 'code')
  if (typeof code === 'string' && writeConflicts.has(code)) return true
  const errcode = property(error, 'errcode')
  return errcode === 2067 || errcode === 1555
}

export function isBusy(error: unknown): boolean {
  const errcode = property(error, 'errcode')
  return typeof errcode === 'number' && (errcode & 0xff) === 5
}

function meaningOf(error: unknown): Meaning | undefined {
  const errcode = property(error, 'errcode')
  const code = typeof errcode === 'number' ? `SQLite ${String(errcode & 0xff)}` : String(property(error, 'code'))
  if (isOutOfDescriptors(code)) return [busy, descriptorsHint]
  const known = meanings[code] ?? meanings[error instanceof Error ? error.message : '']
  return known ?? tlsMeaning(error) ?? (passing.test(code) ? [unavailable] : undefined)
}

function tlsMeaning(error: unknown): Meaning | undefined {
  const { kind } = networkFailure(error) ?? {}
  const hint = kind === undefined ? null : tlsHint(kind, {})
  if (hint === null) return undefined
  return [unavailable, kind === 'untrusted' ? certificate : `${hint} The other side is the database of DATABASE_URL.`]
}

function failure(cause: unknown, [code, hint]: Meaning): AppError {
  return new AppError(code, { cause, ...(hint !== undefined && { hint }) })
}

export function property(error: unknown, name: string): unknown {
  return error instanceof Error && name in error ? Reflect.get(error, name) : undefined
}
