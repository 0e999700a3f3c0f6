import { closeSync, openSync } from 'node:fs'
import { AppError, descriptorsHint, isOutOfDescriptors } from '../errors.ts'

type Meaning = readonly [code: 'store-unavailable' | 'service-busy' | 'internal', hint?: string | undefined]

const unavailable = 'store-unavailable'
const busy = 'service-busy'
const full = 'The disk is full: free space on the volume of DATABASE_URL. No restart is needed.'
const locked = 'Another process holds the database file of DATABASE_URL locked: end it.'
const unwritable = 'The file of DATABASE_URL and its folder must be readable and writable for this process.'
const connections =
  'PostgreSQL has no connection left: run fewer tasks, lower DATABASE_POOL_SIZE (of each task), or raise max_connections.'
const pooler = 'A pooler in transaction mode, such as PgBouncer, stands in front: add pgbouncer=true to DATABASE_URL.'
const credentials =
  'PostgreSQL refuses the user or password in DATABASE_URL, or pg_hba.conf this host. If it says "no encryption", it wants TLS: ' +
  'add ?sslmode=verify-full&sslrootcert=/path/to/ca.pem.'
const certificate =
  "The database's TLS certificate is not trusted: name the authority's file in DATABASE_URL (?sslmode=verify-full&sslrootcert=/path/to/ca.pem)."

/**
 * By SQLite's primary result code, by SQLSTATE, by Node's code, or by what pg says without a code. Sources:
 * https://www.sqlite.org/rescode.html and https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const meanings: Readonly<Record<string, Meaning>> = {
  'SQLite 5': [unavailable, locked],
  'SQLite 8': [unavailable, unwritable],
  'SQLite 10': [unavailable, 'Reading or writing the file of DATABASE_URL fails: check its volume.'],
  'SQLite 11': ['internal', 'The file of DATABASE_URL is damaged: restore it from a backup.'],
  'SQLite 13': [unavailable, full],
  'SQLite 14': [unavailable, unwritable],
  'SQLite 26': ['internal', 'The file of DATABASE_URL is not an SQLite database.'],

  '25006': [unavailable, 'DATABASE_URL leads to a read-only replica: use the writer endpoint.'],
  '26000': [unavailable, pooler],
  '28000': [unavailable, credentials],
  '28P01': [unavailable, credentials],
  '3D000': [unavailable, 'The database named in DATABASE_URL does not exist: create it.'],
  '42P05': [unavailable, pooler],
  '42501': ['internal', 'The user in DATABASE_URL must own its tables, or may create them in its schema.'],
  '53100': [unavailable, 'The disk of PostgreSQL is full: free or add space there.'],
  '53300': [busy, connections],
  '57014': [unavailable, 'A query was stopped for taking too long: look for locks and load on PostgreSQL.'],

  CERT_HAS_EXPIRED: [unavailable, certificate],
  DEPTH_ZERO_SELF_SIGNED_CERT: [unavailable, certificate],
  ERR_TLS_CERT_ALTNAME_INVALID: [unavailable, certificate],
  SELF_SIGNED_CERT_IN_CHAIN: [unavailable, certificate],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [unavailable, certificate],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [unavailable, certificate],
  EACCES: [unavailable, unwritable],
  EISDIR: ['internal', 'DATABASE_URL names a folder: name a file in it, such as sqlite:data/landing.db.'],
  EDQUOT: [unavailable, full],
  ENOSPC: [unavailable, full],
  EROFS: [unavailable, unwritable],
  ENOENT: [unavailable, 'A file that DATABASE_URL names (sslrootcert, a socket, …) is not there.'],
  ENOTFOUND: [unavailable, 'The host in DATABASE_URL is not known to DNS.'],
  ECONNREFUSED: [unavailable, 'Nothing listens at the host and port of DATABASE_URL.'],

  'The server does not support SSL connections': [
    unavailable,
    'The server does not speak TLS: enable it there, or say sslmode=disable.',
  ],
  'unsupported startup parameter: statement_timeout': [unavailable, pooler],
  'timeout exceeded when trying to connect': [
    busy,
    'No connection was free in time: look for slow queries and load on PostgreSQL, or raise DATABASE_POOL_SIZE.',
  ],
  'Connection terminated due to connection timeout': [
    unavailable,
    'The host and port of DATABASE_URL give no answer: look at security groups and the load on PostgreSQL.',
  ],
}

/** SQLSTATEs that pass by themselves, or that only the database's operator can mend. */
const passing = /^(?:08|28|3D|40|53|57)...$|^(?:25006|25P0[34]|55P03)$/

/** Whatever the engines throw, as an `AppError`. */
export function storeFailure(error: unknown): AppError {
  return error instanceof AppError ? error : failure(error, meaningOf(error) ?? ['internal'])
}

/** A connection that failed without a word from the server: refused, cut, or no answer in time. */
export function connectionFailure(cause: unknown): AppError {
  const [code, hint] = meaningOf(cause) ?? [unavailable]
  return failure(cause, [code === 'internal' ? unavailable : code, hint])
}

/** Two tasks met at the same row: the same again, a moment later, succeeds. */
export function isWriteConflict(error: unknown): boolean {
  const code = property(error, 'code')
  if (code === '40001' || code === '40P01' || code === '23505') return true
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
  if (isOutOfDescriptors(code) || (code === 'SQLite 14' && noDescriptorLeft())) return [busy, descriptorsHint]
  const known = meanings[code] ?? meanings[error instanceof Error ? error.message : '']
  return known ?? (passing.test(code) ? [unavailable] : undefined)
}

/** SQLite does not say why it cannot open a file. */
function noDescriptorLeft(): boolean {
  try {
    closeSync(openSync('/dev/null', 'r'))
    return false
  } catch (error) {
    return isOutOfDescriptors(property(error, 'code'))
  }
}

function failure(cause: unknown, [code, hint]: Meaning): AppError {
  return new AppError(code, { cause, ...(hint !== undefined && { hint }) })
}

function property(error: unknown, name: string): unknown {
  return error instanceof Error && name in error ? Reflect.get(error, name) : undefined
}
