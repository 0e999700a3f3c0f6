import { settings } from '../config/config.ts'
import type { DatabaseUrl } from '../config/database-url.ts'
import { givenIn, type Environment } from '../config/environment.ts'
import type { Database } from '../store/database.ts'
import { openAlone, openReadOnly } from '../store/open.ts'
import { databaseState } from '../store/state.ts'
import { createStore, type Store } from '../store/store.ts'
import type { Io } from './command.ts'
import { UsageError } from './usage-error.ts'

const deadlineMs = 30_000

/** Only DATABASE_URL is required, so that support staff can read without the other variables. */
export function databaseOf(env: Environment): DatabaseUrl {
  const { success, data, error } = settings.pick({ DATABASE_URL: true }).safeParse(givenIn(env))
  if (success) return data.DATABASE_URL
  throw new UsageError(`DATABASE_URL ${error.issues.map(({ message }) => message).join('; ')}`)
}

/** Opens an existing database for reading and closes it after the work. */
export async function reading<T>(database: DatabaseUrl, work: (db: Database['db']) => Promise<T>): Promise<T> {
  const { state } = await databaseState(database, deadlineMs)
  if (state === 'new')
    throw new UsageError('The database of DATABASE_URL has no registrations yet: start the app once.')
  const { db } = await openReadOnly(database, deadlineMs)
  return work(db).finally(() => db.destroy())
}

type Opened = { readonly opened: Database; readonly store: Store }

type WriteSettings = Pick<Io, 'now'> & {
  readonly database: DatabaseUrl
}

/** Opens a fully migrated database for writing and closes it after the work. Only the app migrates. */
export async function writing<T>({ database, now }: WriteSettings, work: (opened: Opened) => Promise<T>): Promise<T> {
  await requireCurrent(database)
  const opened = await openAlone(database, 'read-write', deadlineMs)
  const store = createStore(opened, {
    deadlineMs,
    sessionMinutes: 1,
    now,
    instance: 'command',
  })
  return work({ opened, store }).finally(store.close)
}

export async function requireCurrent(database: DatabaseUrl): Promise<void> {
  const { state } = await databaseState(database, deadlineMs)
  if (state !== 'current')
    throw new UsageError('The database of DATABASE_URL is not migrated to this release: start the app once.')
}
