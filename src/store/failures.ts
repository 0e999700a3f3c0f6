import { AppError } from '../errors.ts'

type Failure = { readonly code: 'store-unavailable' | 'internal'; readonly hint?: string }

const unavailable: Failure = { code: 'store-unavailable' }
const full = 'The disk is full: free space on the volume of DATABASE_URL. No restart is needed.'
const locked = 'Another process holds the database file of DATABASE_URL locked: end it.'
const unwritable = 'The file of DATABASE_URL and its folder must be readable and writable for this process.'
const connections =
  'PostgreSQL has no connection left: run fewer tasks (each takes up to ten), or raise max_connections.'
const credentials =
  'PostgreSQL refuses the user or password in DATABASE_URL, or pg_hba.conf this host. If it says "no encryption", it wants TLS: ' +
  'add ?sslmode=verify-full&sslrootcert=/path/to/ca.pem.'
const certificate =
  "The database's TLS certificate is not trusted: name the authority's file in DATABASE_URL (?sslmode=verify-full&sslrootcert=/path/to/ca.pem)."

/** Primary result codes. Source: https://www.sqlite.org/rescode.html */
const sqliteFailures: Readonly<Record<number, Failure>> = {
  5: { code: 'store-unavailable', hint: locked },
  6: { code: 'store-unavailable', hint: locked },
  8: { code: 'store-unavailable', hint: unwritable },
  10: { code: 'store-unavailable', hint: 'Reading or writing the file of DATABASE_URL fails: check its volume.' },
  11: { code: 'internal', hint: 'The file of DATABASE_URL is damaged: restore it from a backup.' },
  13: { code: 'store-unavailable', hint: full },
  14: { code: 'store-unavailable', hint: unwritable },
  26: { code: 'internal', hint: 'The file of DATABASE_URL is not an SQLite database.' },
}

/** SQLSTATE. Source: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const postgresFailures: Readonly<Record<string, Failure>> = {
  '25006': { code: 'store-unavailable', hint: 'DATABASE_URL leads to a read-only replica: use the writer endpoint.' },
  '25P03': unavailable,
  '28000': { code: 'store-unavailable', hint: credentials },
  '28P01': { code: 'store-unavailable', hint: credentials },
  '3D000': { code: 'store-unavailable', hint: 'The database named in DATABASE_URL does not exist: create it.' },
  '40001': unavailable,
  '40P01': unavailable,
  '42501': {
    code: 'internal',
    hint: 'The user in DATABASE_URL must own its tables, or may create them in its schema.',
  },
  '53000': unavailable,
  '53100': { code: 'store-unavailable', hint: 'The disk of PostgreSQL is full: free or add space there.' },
  '53200': unavailable,
  '53300': { code: 'store-unavailable', hint: connections },
  '55P03': unavailable,
  '57014': {
    code: 'store-unavailable',
    hint: 'A query was stopped for taking too long: look for locks and load on PostgreSQL.',
  },
  '57P01': unavailable,
  '57P02': unavailable,
  '57P03': unavailable,
  '57P05': unavailable,
}

/** What TLS and the network say, in Node's words. */
const networkFailures: Readonly<Record<string, Failure>> = {
  CERT_HAS_EXPIRED: { code: 'store-unavailable', hint: certificate },
  DEPTH_ZERO_SELF_SIGNED_CERT: { code: 'store-unavailable', hint: certificate },
  ERR_TLS_CERT_ALTNAME_INVALID: { code: 'store-unavailable', hint: certificate },
  SELF_SIGNED_CERT_IN_CHAIN: { code: 'store-unavailable', hint: certificate },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: { code: 'store-unavailable', hint: certificate },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: { code: 'store-unavailable', hint: certificate },
  EACCES: { code: 'store-unavailable', hint: unwritable },
  EISDIR: { code: 'internal', hint: 'DATABASE_URL names a folder: name a file in it, such as sqlite:data/landing.db.' },
  EDQUOT: { code: 'store-unavailable', hint: full },
  ENOSPC: { code: 'store-unavailable', hint: full },
  EROFS: { code: 'store-unavailable', hint: unwritable },
  ENOENT: {
    code: 'store-unavailable',
    hint: 'A file that DATABASE_URL names (sslrootcert, a socket, …) is not there.',
  },
  ENOTFOUND: { code: 'store-unavailable', hint: 'The host in DATABASE_URL is not known to DNS.' },
  ECONNREFUSED: { code: 'store-unavailable', hint: 'Nothing listens at the host and port of DATABASE_URL.' },
}

/** What pg says without a code. */
const clientFailures: Readonly<Record<string, string>> = {
  'The server does not support SSL connections':
    'The server does not speak TLS: enable it there, or say sslmode=disable.',
  'timeout exceeded when trying to connect':
    'No connection was free in time: look for slow queries and load on PostgreSQL, or raise the pool size in src/main.ts.',
  'Connection terminated due to connection timeout':
    'The host and port of DATABASE_URL give no answer: look at security groups and the load on PostgreSQL.',
}

/** Whatever the engines throw, as an `AppError`. */
export function storeFailure(error: unknown): AppError {
  if (error instanceof AppError) return error
  const { code, hint } = failureOf(error)
  return new AppError(code, { cause: error, ...(hint !== undefined && { hint }) })
}

/** A connection that failed without a word from the server: refused, cut, or no answer in time. */
export function connectionFailure(cause: unknown): AppError {
  const words = cause instanceof Error ? cause.message : ''
  const hint = networkFailures[String(property(cause, 'code'))]?.hint ?? clientFailures[words]
  return new AppError('store-unavailable', { cause, ...(hint !== undefined && { hint }) })
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

function failureOf(error: unknown): Failure {
  const errcode = property(error, 'errcode')
  if (typeof errcode === 'number') return sqliteFailures[errcode & 0xff] ?? { code: 'internal' }
  const code = String(property(error, 'code'))
  return postgresFailures[code] ?? networkFailures[code] ?? (code.startsWith('08') ? unavailable : { code: 'internal' })
}

function property(error: unknown, name: string): unknown {
  return error instanceof Error && name in error ? Reflect.get(error, name) : undefined
}
