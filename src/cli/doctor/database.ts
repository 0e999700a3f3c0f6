import { AppError } from '../../errors.ts'
import { databaseState } from '../../store/state.ts'
import type { Config } from '../../config/config.ts'
import type { DatabaseUrl } from '../../config/database-url.ts'
import { isLoopback } from '../../domain/loopback.ts'
import { failed, ok, warning, type Finding } from './finding.ts'

const deadlineMs = 5_000
const unreachable =
  'Check that the database runs, and that the host and port of DATABASE_URL can be reached from here (DNS, security groups).'
const startOnce = 'Start the app once: it migrates the database before it listens.'

/** Connects to the database and checks its tables without changing them. */
export async function checkDatabase({ database, secure }: Pick<Config, 'database' | 'secure'>): Promise<Finding> {
  const engine = database.engine === 'sqlite' ? `SQLite, ${database.path}` : 'PostgreSQL'
  try {
    const { state } = await databaseState(database, deadlineMs)
    if (state === 'new') return failed(`${engine}: not migrated, its tables do not exist yet`, startOnce)
    if (state === 'behind') return failed(`${engine}: migrated by an older release only`, startOnce)
    const found = `${engine}, migrated`
    const fix = weakness(database)
    // With plain http, the app is only tried on one machine.
    return secure && fix !== null ? warning(found, fix) : ok(found)
  } catch (error) {
    const { hint = unreachable, cause } = error instanceof AppError ? error.details : { cause: error }
    return failed(`${engine}: ${reason(cause)}`, hint)
  }
}

/** The fix for a setup that works but is not suitable for production; null if there is none. */
export function weakness(database: DatabaseUrl): string | null {
  if (database.engine === 'sqlite')
    return 'Use PostgreSQL for several instances, or on Fargate: SQLite is for one instance with a disk that outlives it.'
  const url = URL.parse(database.url)
  const mode = url?.searchParams.get('sslmode') ?? 'none'
  if (url === null || isLoopback(url.hostname) || mode === 'verify-full') return null
  return `Use sslmode=verify-full with sslrootcert (docs/deploy.md): with sslmode ${mode}, another machine can pose as the database.`
}

/** Describes a failure by its code only, because a message may contain the URL with its password. */
function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return 'cannot be used'
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : null
  return code === null || code === 'ERR_SQLITE_ERROR' ? cause.message : code
}
