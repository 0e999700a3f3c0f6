import { AppError } from '../../errors.ts'
import { databaseState } from '../../store/state.ts'
import type { DatabaseUrl } from '../../config/database-url.ts'
import { isLoopback } from '../../domain/loopback.ts'
import { failed, ok, warning, type Check } from './check.ts'

const name = 'database'
const deadlineMs = 5_000
const unreachable =
  'Check that the database runs, and that the host and port of DATABASE_URL can be reached from here (DNS, security groups).'
const startOnce = 'Start the app once: it migrates the database before it listens.'

/** `secure`: buyers come over https, so it is no trial on one machine. */
export async function checkDatabase(database: DatabaseUrl, secure: boolean): Promise<Check> {
  const engine = database.engine === 'sqlite' ? `SQLite, ${database.path}` : 'PostgreSQL'
  try {
    const { state } = await databaseState(database, deadlineMs)
    if (state === 'current') return settled(`${engine}, migrated`, secure ? weakness(database) : null)
    if (state === 'new') return failed(name, `${engine}: not migrated, its tables are not there yet`, startOnce)
    return failed(name, `${engine}: migrated by an older release only`, startOnce)
  } catch (error) {
    const { hint = unreachable, cause } = error instanceof AppError ? error.details : { cause: error }
    return failed(name, `${engine}: ${reason(cause)}`, hint)
  }
}

function settled(found: string, hint: string | null): Check {
  return hint === null ? ok(name, found) : warning(name, found, hint)
}

/** What works, but is not for production. */
export function weakness(database: DatabaseUrl): string | null {
  if (database.engine === 'sqlite')
    return 'SQLite is for one task with a disk that outlives it. For several tasks, or Fargate, use PostgreSQL.'
  const url = URL.parse(database.url)
  const mode = url?.searchParams.get('sslmode') ?? 'none'
  if (url === null || isLoopback(url.hostname) || mode === 'verify-full') return null
  return `sslmode is ${mode}: anybody between can pose as the database. Use sslmode=verify-full with sslrootcert (docs/deploy.md).`
}

/** Reports failures of PostgreSQL and the network by code only: a message may repeat the URL, which holds a password. */
function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return 'cannot be used'
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : null
  return code === null || code === 'ERR_SQLITE_ERROR' ? cause.message : code
}
