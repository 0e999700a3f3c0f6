import pg from 'pg'
import { describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import { parseDatabaseUrl } from '../../src/config/database-url.ts'
import type { StoreSettings } from '../../src/store/store.ts'
import { startPgBouncer } from '../support/pgbouncer.ts'
import { ask, createDatabase } from '../support/postgres.ts'
import { aLanding, openTestStore, registrationRows, sessionsOf, type TestStore } from '../support/stores.ts'

const deadlineMs = 2_000

async function open(url: string, limits: Partial<StoreSettings> = { deadlineMs }): Promise<TestStore> {
  const database = parseDatabaseUrl(url)
  if ('problem' in database) throw new Error(database.problem)
  const store = await openTestStore(database, { poolSize: 10, ...limits })
  onTestFinished(() => store.close())
  return store
}

describe('PgBouncer in transaction mode', () => {
  it('two instances work through PgBouncer with pgbouncer=true', async () => {
    const direct = await createDatabase(inject('postgresUrl'))
    const url = `${await startPgBouncer(direct)}?pgbouncer=true`
    const patient = { deadlineMs: 30_000, connectTimeoutMs: 30_000 }
    const stores = await Promise.all([open(url, patient), open(url, patient)])
    await Promise.all(
      stores.flatMap((store, instance) =>
        Array.from({ length: 50 }, async (_, n) => {
          const customer = { licenseArn: `l-${String(n)}` }
          const { id } = await store.registrations.recordLanding(aLanding({ customer }))
          const session = `${id} ${String(instance)}`
          await sessionsOf(store).insert(session, id, { cookie: {} } as never)
          expect(await sessionsOf(store).get(session)).not.toBeNull()
          expect(await store.registrations.find(id)).not.toBeNull()
        }),
      ),
    )
    expect(await registrationRows({ engine: 'postgres', url: direct })).toHaveLength(50)
    expect(await stores[0].prune()).toMatchObject({ sessions: 0 })
  })

  it('a statement behind PgBouncer is canceled on the server at the deadline', async () => {
    const direct = await createDatabase(inject('postgresUrl'))
    const store = await open(`${await startPgBouncer(direct)}?pgbouncer=true`)
    const other = new pg.Client({ connectionString: direct })
    await other.connect()
    onTestFinished(() => other.end())
    await other.query('begin; lock table registrations')
    await expect(store.registrations.recordLanding(aLanding())).rejects.toMatchObject({ code: 'store-unavailable' })
    await expect(store.registrations.find('id')).rejects.toMatchObject({ code: 'store-unavailable' })
    await vi.waitFor(
      async () => {
        expect(await ask(direct, 'select 1 from pg_locks where not granted')).toEqual([])
      },
      { timeout: 30_000 },
    )
  })

  it('the hint names PgBouncer if the URL lacks pgbouncer=true', async () => {
    const direct = await createDatabase(inject('postgresUrl'))
    const pooled = await startPgBouncer(direct)
    await expect(open(pooled)).rejects.toMatchObject({
      code: 'store-unavailable',
      details: { hint: expect.stringContaining('pgbouncer=true') as string },
    })
  })
})
