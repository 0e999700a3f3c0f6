import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { start } from '../src/main/start.ts'
import { pruneJob } from '../src/jobs/prune.ts'
import { environment } from './support/environment.ts'
import { execute, openTestStore, rowsOf } from './support/stores.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

it('the running service deletes expired rows automatically', async () => {
  const path = join(temporaryFolder(), 'landing.db')
  const database = { engine: 'sqlite', path } as const
  await (await openTestStore(database)).close()
  const rows = (table: string) => rowsOf(database, `select * from ${table}`)
  await execute(
    database,
    `insert into sessions (id_hash, data, expires_at, ends_at) values
       ('old', '{}', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
       ('young', '{}', '2999-01-01T00:00:00.000Z', '2999-01-01T00:00:00.000Z')`,
  )
  const service = await start(
    environment({ HOST: '127.0.0.1', PORT: '0', DATABASE_URL: `sqlite:${path}`, LOG_LEVEL: 'silent' }),
  )
  onTestFinished(() => service.stop('at-once'))
  await vi.waitFor(
    async () => {
      expect(await rows('sessions')).toMatchObject([{ id_hash: 'young' }])
    },
    { timeout: 10_000 },
  )
})

it('expired rows stay for about one minute at most', () => {
  expect(pruneJob(() => Promise.resolve()).pauseMs).toBeLessThanOrEqual(60_000)
})
