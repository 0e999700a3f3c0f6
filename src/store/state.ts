import { accessSync, constants, existsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Kysely } from 'kysely'
import { connectionFailure, storeFailure } from './failures.ts'
import { migrationNames } from './migrations.ts'
import { openReadOnly } from './read-only.ts'
import type { Tables } from './schema.ts'
import type { DatabaseUrl } from '../config/database-url.ts'

/** `new`: reachable, and the app's first start will make its tables. `behind`: an older release made them. */
export type DatabaseState = { readonly state: 'current' | 'behind' | 'new' }

/** Looks at the database without changing it. Rejects with an `AppError` whose hint says what to change. */
export async function databaseState(database: DatabaseUrl, deadlineMs: number): Promise<DatabaseState> {
  if (database.engine === 'sqlite') {
    const exists = existsSync(database.path)
    try {
      accessSync(exists ? database.path : nearestFolder(database.path), constants.R_OK | constants.W_OK)
    } catch (error) {
      throw connectionFailure(error)
    }
    if (!exists) return { state: 'new' }
  }
  const { db, close } = openReadOnly(database, deadlineMs)
  try {
    const applied = await appliedMigrations(db)
    const missing = migrationNames.filter((name) => !applied.has(name))
    if (missing.length === 0) return { state: 'current' }
    return { state: applied.size === 0 ? 'new' : 'behind' }
  } catch (error) {
    const failure = storeFailure(error)
    throw failure.code === 'internal' && failure.details.hint === undefined ? connectionFailure(error) : failure
  } finally {
    await close()
  }
}

/** Where the app's first start would make the file's folder. */
function nearestFolder(path: string): string {
  const folder = dirname(path)
  return existsSync(folder) || folder === path ? folder : nearestFolder(folder)
}

async function appliedMigrations(db: Kysely<Tables>): Promise<ReadonlySet<string>> {
  try {
    const rows = await db.selectFrom('migrations').select('name').execute()
    return new Set(rows.map(({ name }) => name))
  } catch (error) {
    if (isMissingTable(error)) return new Set()
    throw error
  }
}

/** By SQLSTATE, or by the words where SQLite has only its code for any faulty statement. */
export function isMissingTable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return ('code' in error && error.code === '42P01') || error.message.startsWith('no such table')
}
