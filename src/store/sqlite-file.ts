import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { AppError } from '../errors.ts'

/** Waiting inside SQLite blocks the event loop, so a long wait is allowed only at the start. */
export const openTimeoutMs = 1_000

/** Opens the file for writing and creates it if it does not exist. */
export function openWriter(path: string): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  // The file holds contact details, so only this user may read it. SQLite gives its journal the same mode.
  closeSync(openSync(path, 'a', 0o600))
  const writer = new DatabaseSync(path, { timeout: openTimeoutMs })
  // `synchronous = full`: a commit is synced to disk before it returns.
  writer.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma busy_timeout = 0')
  // After the first statement, which fails for a file that is not a database: its mode must not change.
  for (const file of [path, `${path}-wal`, `${path}-shm`]) keepToThisUser(file)
  // Overwrites erased data in the free parts of the file.
  writer.exec('pragma secure_delete = on')
  // In pages of 4 KiB. High, because checkpoints block the event loop.
  writer.exec('pragma wal_autocheckpoint = 8000')
  // 16 MB, because keys are random and a landing reads pages from the whole file.
  writer.exec('pragma cache_size = -16000')
  return writer
}

/** Also tightens the mode of an existing file. */
function keepToThisUser(file: string): void {
  try {
    chmodSync(file, 0o600)
  } catch {
    // The file does not exist yet, or another user owns it and sets its mode.
  }
}

/** Throws if the open file is no longer the one at its path. Its rows would be lost when this process ends. */
export function watchFile(path: string): () => void {
  const { dev, ino } = statSync(path)
  return () => {
    const current = statSync(path, { throwIfNoEntry: false })
    if (current?.dev === dev && current.ino === ino) return
    const hint =
      'The file of DATABASE_URL was deleted or replaced while it was open: put it back, or stop all instances and start them again.'
    throw new AppError('store-unavailable', { cause: new Error('not the file that was opened'), hint })
  }
}
