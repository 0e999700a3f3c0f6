import type { DatabaseUrl } from '../config/database-url.ts'
import type { Database, DatabaseSettings } from './database.ts'

/** Opens the database. Loads only the engine that is configured. */
export async function openDatabase({ database, ...settings }: DatabaseSettings): Promise<Database> {
  if (database.engine === 'sqlite')
    return (await import('./sqlite.ts')).openSqlite({ ...settings, path: database.path })
  return (await import('./postgres.ts')).openPostgres({ ...settings, ...database })
}

/** Opens the database for one command over one connection, without migrating it. */
export function openAlone(
  database: DatabaseUrl,
  access: DatabaseSettings['access'],
  deadlineMs: number,
): Promise<Database> {
  return openDatabase({
    database,
    access,
    deadlineMs,
    poolSize: 1,
    connectTimeoutMs: deadlineMs,
    idleTimeoutMs: deadlineMs,
    now: () => new Date(),
    onError: () => undefined,
  })
}

/** Opens the database read-only. Creates nothing. */
export function openReadOnly(database: DatabaseUrl, deadlineMs: number): Promise<Database> {
  return openAlone(database, 'read-only', deadlineMs)
}
