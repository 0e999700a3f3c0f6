import type { CheckStore, Registrations } from '../domain/ports.ts'
import type { Engine } from './engine.ts'
import { storeFailure } from './failures.ts'
import { createGuard } from './guard.ts'
import { migrate } from './migrations.ts'
import { prepare } from './prepare.ts'
import { createPrune, type Pruned } from './prune.ts'
import { createRegistrations } from './registrations.ts'
import { SessionStore } from './sessions.ts'
import type { DatabaseUrl } from '../config/database-url.ts'

export type StoreSettings = {
  readonly database: DatabaseUrl
  /** The longest that anything here takes: then it is `store-unavailable`. */
  readonly deadlineMs: number
  /** PostgreSQL: connections of this task at most. */
  readonly poolSize: number
  /** PostgreSQL: the longest wait for a connection, new or free. */
  readonly connectTimeoutMs: number
  /** PostgreSQL: unused connections are closed after this. */
  readonly idleTimeoutMs: number
  readonly sessionMinutes: number
  readonly now: () => Date
  readonly newId: () => string
  readonly newReference: () => string
  /** Hears of connections that broke while nobody used them. */
  readonly onError: (error: unknown) => void
}

export type Store = {
  readonly registrations: Registrations
  readonly sessions: SessionStore
  readonly check: CheckStore
  /** Deletes what has expired; to be called now and then. */
  readonly prune: () => Promise<Pruned>
  /** Waits for what is under way. */
  readonly close: () => Promise<void>
}

/** A migration may have to build an index over a million rows, or to wait for another task that does. */
const migrationDeadlineMs = 2 * 60_000

/** Opens the database and brings it up to date. Rejects with an `AppError` whose hint says what to change. */
export async function openStore(settings: StoreSettings): Promise<Store> {
  try {
    const migrating = await openEngine({ ...settings, deadlineMs: migrationDeadlineMs })
    await migrate(migrating, settings.now).finally(migrating.close)
    return storeOn(await openEngine(settings), settings)
  } catch (error) {
    throw storeFailure(error)
  }
}

function storeOn(engine: Engine, settings: StoreSettings): Store {
  const guard = createGuard(settings.deadlineMs)
  const anyRow = prepare(() => engine.builder.selectFrom('registrations').select('id').limit(1))
  const sessions = new SessionStore(engine, guard, settings)
  const { openVisit } = sessions
  return {
    registrations: createRegistrations(engine, guard, { ...settings, openVisit }),
    sessions,
    check: async () => {
      await guard(() => anyRow(engine.run, {}))
    },
    prune: createPrune(engine, guard, settings.now),
    close: engine.close,
  }
}

/** A start loads the one engine that it needs. */
async function openEngine({ database, ...settings }: StoreSettings): Promise<Engine> {
  if (database.engine === 'sqlite')
    return (await import('./sqlite.ts')).openSqlite({ ...settings, path: database.path })
  return (await import('./postgres.ts')).openPostgres({ ...settings, url: database.url })
}
