import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { expect, inject, it, onTestFinished, vi } from 'vitest'
import { testApp } from './support/app.ts'
import { cookies, land, open } from './support/browse.ts'
import { ask, createDatabase } from './support/postgres.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

/** The store gives up a write that waits this long. */
const storeDeadlineMs = 40_000

type Unblock = () => void | Promise<void>

/** Opens a page whose session is due to be extended, while another connection blocks every write. */
async function openFor(databaseUrl: string, blockWrites: () => Unblock | Promise<Unblock>) {
  let now = new Date()
  const { app } = await testApp({ env: { DATABASE_URL: databaseUrl }, storeDeadlineMs, now: () => now })
  const cookie = cookies(await land(app))
  now = new Date(now.getTime() + 5 * 60_000)
  const unblock = await blockWrites()
  onTestFinished(unblock)
  const startedAt = performance.now()
  const answer = await open(app, '/registration', cookie)
  expect(answer.status).toBe(200)
  expect(performance.now() - startedAt).toBeLessThan(storeDeadlineMs / 2)
  await unblock()
  return { expiresAt: now.getTime() + 60 * 60_000 }
}

it('a page on SQLite does not wait until its session is extended, and the session is extended later', async () => {
  const path = `${temporaryFolder()}/landing.db`
  const hold = () => {
    const other = new DatabaseSync(path)
    other.exec('begin immediate')
    return () => {
      if (other.isOpen) other.close()
    }
  }
  const { expiresAt } = await openFor(`sqlite:${path}`, hold)
  const db = new DatabaseSync(path, { readOnly: true })
  await vi.waitFor(() => {
    const row = db.prepare('select expires_at from sessions').get()
    expect(new Date(String(row?.['expires_at'])).getTime()).toBe(expiresAt)
  }, 30_000)
  db.close()
})

it('a page on PostgreSQL does not wait until its session is extended, and the session is extended later', async () => {
  const url = await createDatabase(inject('postgresUrl'))
  const hold = async () => {
    const other = new pg.Client({ connectionString: url })
    await other.connect()
    // The database's own time decides there.
    await other.query("update sessions set expires_at = expires_at - interval '5 minutes'")
    await other.query('begin; lock table sessions in share mode')
    let held = true
    return async () => {
      if (held) await other.end()
      held = false
    }
  }
  await openFor(url, hold)
  await vi.waitFor(async () => {
    const [row] = await ask(url, 'select expires_at from sessions')
    expect((row?.['expires_at'] as Date).getTime()).toBeGreaterThan(Date.now() + 58 * 60_000)
  }, 30_000)
})
