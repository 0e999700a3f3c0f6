import { accessSync, constants, existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { connectionFailure, storeFailure } from './failures.ts'
import { missingMigrations } from './migrate.ts'
import type { DatabaseUrl } from '../config/database-url.ts'
import type { Database } from './database.ts'
import { openReadOnly } from './open.ts'

/** `new`: reachable, but without tables until the app's first start. `behind`: the schema of an older release. */
type DatabaseState = { readonly state: 'current' | 'behind' | 'new' }

/** Examines the database without changing it. Rejects with an `AppError` whose hint is the fix. */
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
  try {
    const { db } = await openReadOnly(database, deadlineMs)
    try {
      return { state: await stateOf(db) }
    } finally {
      await db.destroy()
    }
  } catch (error) {
    const failure = storeFailure(error)
    throw failure.code === 'internal' && failure.details.hint === undefined ? connectionFailure(error) : failure
  }
}

async function stateOf(db: Database['db']): Promise<DatabaseState['state']> {
  try {
    return (await missingMigrations(db)).length === 0 ? 'current' : 'behind'
  } catch (error) {
    if (isMissingTable(error)) return 'new'
    throw error
  }
}

/** The file's nearest existing folder. The app's first start creates the folders below it. */
export function nearestFolder(path: string): string {
  const folder = dirname(path)
  return existsSync(folder) || folder === path ? folder : nearestFolder(folder)
}

/** Checks the SQLSTATE or, because SQLite has one code for all invalid statements, the message. */
function isMissingTable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return ('code' in error && error.code === '42P01') || error.message.startsWith('no such table')
}
