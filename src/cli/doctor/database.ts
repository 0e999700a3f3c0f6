import { AppError } from '../../errors.ts'
import { databaseState } from '../../store/state.ts'
import type { DatabaseUrl } from '../../config/database-url.ts'
import { failed, ok, type Check } from './check.ts'

const name = 'database'
const deadlineMs = 5_000
const unreachable =
  'Check that the database runs, and that the host and port of DATABASE_URL can be reached from here (DNS, security groups).'
const startOnce = 'Start the app once: it migrates the database before it listens.'

export async function checkDatabase(database: DatabaseUrl): Promise<Check> {
  const engine = database.engine === 'sqlite' ? `SQLite, ${database.path}` : 'PostgreSQL'
  try {
    const { state } = await databaseState(database, deadlineMs)
    if (state === 'current') return ok(name, `${engine}, migrated`)
    if (state === 'new') return failed(name, `${engine}: not migrated, its tables are not there yet`, startOnce)
    return failed(name, `${engine}: migrated by an older release only`, startOnce)
  } catch (error) {
    const { hint = unreachable, cause } = error instanceof AppError ? error.details : { cause: error }
    return failed(name, `${engine}: ${reason(cause)}`, hint)
  }
}

/** Reports failures of PostgreSQL and the network by code only: a message may repeat the URL, which holds a password. */
function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return 'cannot be used'
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : null
  return code === null || code === 'ERR_SQLITE_ERROR' ? cause.message : code
}
