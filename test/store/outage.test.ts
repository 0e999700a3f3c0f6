import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { ask, createDatabase, startPostgres, type Postgres } from '../support/postgres.ts'
import { aLanding, openTestStore, registrationRows, sessionsOf, type TestStore } from '../support/stores.ts'

const deadlineMs = 1_000
const maxConnections = 12

const openSockets = () => process.getActiveResourcesInfo().filter((kind) => kind.startsWith('TCP')).length

describe('PostgreSQL with failures', () => {
  let postgres: Postgres
  let url: string
  let store: TestStore
  const lostConnections: unknown[] = []
  /** Sockets of tests that ran before. */
  let others: number

  beforeAll(async () => {
    others = openSockets()
    postgres = await startPostgres([`max_connections=${String(maxConnections)}`, 'superuser_reserved_connections=0'])
    url = await createDatabase(postgres.url)
    store = await openTestStore(
      { engine: 'postgres', url },
      { deadlineMs, connectTimeoutMs: deadlineMs, onError: (error) => lostConnections.push(error) },
    )
  })
  afterAll(async () => {
    await store.close()
    await postgres.remove()
  })

  const land = () => store.registrations.recordLanding(aLanding({ customer: { licenseArn: crypto.randomUUID() } }))
  const works = async () => {
    const { id } = await land()
    expect(await store.registrations.find(id)).not.toBeNull()
    await store.check()
  }

  it('responds within the deadline while PostgreSQL hangs, and works once it is back', async () => {
    await Promise.all(Array.from({ length: 10 }, land))
    await postgres.pause()
    try {
      for (let round = 0; round < 2; round++) {
        const since = performance.now()
        const results = await Promise.allSettled([
          ...Array.from({ length: 20 }, land),
          store.check(),
          sessionsOf(store).get('sid'),
          store.registrations.find('id'),
          store.prune(),
        ])
        expect(performance.now() - since).toBeLessThan(5 * deadlineMs)
        for (const result of results) {
          expect(result).toMatchObject({
            status: 'rejected',
            reason: { code: expect.stringMatching(/^(?:store-unavailable|service-busy)$/) as string },
          })
        }
      }
      // No connection is left waiting for an answer that may never come.
      await vi.waitFor(
        () => {
          expect(openSockets()).toBeLessThanOrEqual(others)
        },
        { timeout: 30_000 },
      )
    } finally {
      postgres.resume()
    }
    await works()
  })

  it('responds while PostgreSQL is stopped, and works once it is started again', async () => {
    await works()
    await postgres.stop()
    await expect(land()).rejects.toMatchObject({ code: 'store-unavailable' })
    await expect(store.check()).rejects.toMatchObject({ code: 'store-unavailable' })
    expect(lostConnections.length).toBeGreaterThan(0)
    await postgres.start()
    await works()
  })

  it('loses no confirmed row when PostgreSQL restarts under load', async () => {
    const confirmed: string[] = []
    const failures = new Set<unknown>()
    let loading = true
    const load = Array.from({ length: 8 }, async () => {
      while (loading) {
        try {
          confirmed.push((await land()).id)
        } catch (error) {
          failures.add(error instanceof AppError ? error.code : error)
          await delay(5)
        }
      }
    })
    try {
      await delay(200)
      await postgres.stop()
      await postgres.start()
      await delay(200)
    } finally {
      loading = false
    }
    await Promise.all(load)
    expect([...failures]).toEqual(['store-unavailable'])
    const stored = new Set((await registrationRows({ engine: 'postgres', url })).map((row) => row['id']))
    expect(confirmed.filter((id) => !stored.has(id))).toEqual([])
    await works()
  })

  it('names the setting when PostgreSQL has no connection left, and works once there is one', async () => {
    await ask(
      postgres.url,
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'marketplace-landing'",
    )
    const others: pg.Client[] = []
    for (;;) {
      const client = new pg.Client({ connectionString: url })
      client.on('error', () => undefined)
      try {
        await client.connect()
        others.push(client)
      } catch {
        break
      }
    }
    const failure = await land().catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(AppError)
    expect(failure).toMatchObject({
      code: 'service-busy',
      details: { hint: expect.stringContaining('Raise max_connections') as string },
    })
    await Promise.all(others.map((client) => client.end()))
    await works()
  })

  it('waits for a lock until the deadline only, and so does PostgreSQL', async () => {
    const other = new pg.Client({ connectionString: url })
    await other.connect()
    await other.query('begin; lock table registrations')
    const since = performance.now()
    const results = await Promise.allSettled(Array.from({ length: 10 }, land))
    expect(performance.now() - since).toBeLessThan(5 * deadlineMs)
    expect(results.map(({ status }) => status)).not.toContain('fulfilled')
    await delay(deadlineMs)
    const waiting = await ask(
      url,
      "select 1 from pg_stat_activity where application_name = 'marketplace-landing' and state = 'active'",
    )
    expect(waiting).toEqual([])
    await other.end()
    await works()
  })

  it.each([
    ['a wrong password', (good: URL) => Object.assign(good, { password: 'wrong' }), 'user or password'],
    ['a database that is not there', (good: URL) => Object.assign(good, { pathname: '/nowhere' }), 'does not exist'],
    ['a port where nothing listens', (good: URL) => Object.assign(good, { port: '1' }), 'nothing listens'],
    [
      'TLS that the server does not speak',
      (good: URL) => Object.assign(good, { search: '?sslmode=verify-full' }),
      'TLS',
    ],
    [
      'a certificate file that is not there',
      (good: URL) => Object.assign(good, { search: '?sslmode=verify-full&sslrootcert=/no/ca.pem' }),
      'sslrootcert',
    ],
  ])('fails at the start with the hint for %s', async (_, change, hint) => {
    const database = { engine: 'postgres', url: change(new URL(url)).href } as const
    const failure = await openTestStore(database).catch((error: unknown) => error)
    expect(failure).toMatchObject({
      code: 'store-unavailable',
      details: { hint: expect.stringContaining(hint) as string },
    })
  })

  it('fails at the start in time if the server accepts connections but does not respond', async () => {
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const opening = openTestStore(
      { engine: 'postgres', url: `postgres://u:p@127.0.0.1:${String(port)}/db` },
      { connectTimeoutMs: 300 },
    )
    await expect(opening).rejects.toMatchObject({ code: 'store-unavailable' })
    silent.close()
  })
})
