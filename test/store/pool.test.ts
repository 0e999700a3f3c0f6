import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { describe, expect, it, onTestFinished, inject, vi } from 'vitest'
import type { StoreSettings } from '../../src/store/store.ts'
import { ask, createDatabase } from '../support/postgres.ts'
import { relayTo } from '../support/relay.ts'
import { aLanding, openTestStore, registrationRows, rowsOf, sessionsOf, type TestStore } from '../support/stores.ts'

const deadlineMs = 2_000

async function open(url: string, settings: Partial<StoreSettings> = {}): Promise<TestStore> {
  const limits = { deadlineMs, connectTimeoutMs: 1_500, idleTimeoutMs: 60_000, poolSize: 10 }
  const store = await openTestStore({ engine: 'postgres', url }, { ...limits, ...settings })
  onTestFinished(() => store.close())
  return store
}

const land = ({ registrations }: TestStore, licenseArn: string = crypto.randomUUID()) =>
  registrations.recordLanding(aLanding({ customer: { licenseArn } }))
const landMany = (store: TestStore, times: number) => Promise.all(Array.from({ length: times }, () => land(store)))

describe('the connections to PostgreSQL', () => {
  it('after a network failure, only one buyer waits for the deadline', async () => {
    const relay = await relayTo(await createDatabase(inject('postgresUrl')))
    const store = await open(relay.url)
    await landMany(store, 10)
    const before = relay.opened()
    expect(before).toBeGreaterThan(5)
    relay.cut()
    await expect(land(store)).rejects.toMatchObject({ code: 'store-unavailable' })
    await delay(50)
    const since = performance.now()
    for (let buyer = 0; buyer < 10; buyer++) await land(store)
    expect(performance.now() - since).toBeLessThan(5 * deadlineMs)
    // The connection that timed out is also replaced only if it is needed.
    expect(relay.opened() - before).toBeLessThan(5)
  })

  it('connections to a server that became read-only are replaced', async () => {
    const url = await createDatabase(inject('postgresUrl'))
    const store = await open(url)
    await landMany(store, 10)
    const name = new URL(url).pathname.slice(1)
    await ask(url, `alter database ${name} set default_transaction_read_only = on`)
    await ask(
      url,
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and pid <> pg_backend_pid()`,
    )
    await delay(100)
    await expect(land(store)).rejects.toMatchObject({
      code: 'store-unavailable',
      details: { hint: expect.stringContaining('writer endpoint') as string },
    })
    const writable = `${url}?options=-c%20default_transaction_read_only%3Doff`
    await ask(writable, `alter database ${name} reset default_transaction_read_only`)
    // Connections keep the default that they were opened with: only a new one can write.
    await land(store)
  })

  it('a buyer who gets no connection in time sees service-busy', async () => {
    const url = await createDatabase(inject('postgresUrl'))
    const store = await open(url, { poolSize: 2 })
    const other = new pg.Client({ connectionString: url })
    await other.connect()
    onTestFinished(() => other.end())
    await other.query('begin; lock table registrations')
    const blocked = [land(store), land(store)]
    const waiting = land(store)
    const outcomes = Promise.allSettled([...blocked, waiting])
    const patient = delay(300).then(() => sessionsOf(store).get('sid'))
    await expect(waiting).rejects.toMatchObject({
      code: 'service-busy',
      details: { hint: expect.stringContaining('DATABASE_POOL_SIZE') as string },
    })
    await other.query('commit')
    await patient
    await outcomes
    await land(store)
  })
})

describe.each(['repeatable read', 'serializable'])('with %s as the default of the database', (isolation) => {
  async function database() {
    const url = await createDatabase(inject('postgresUrl'))
    await ask(
      url,
      `alter database ${new URL(url).pathname.slice(1)} set default_transaction_isolation = '${isolation}'`,
    )
    return url
  }

  it('instances start together on an empty database', async () => {
    const url = await database()
    await Promise.all([open(url), open(url), open(url)])
    expect(await rowsOf({ engine: 'postgres', url }, 'select name from migrations')).not.toEqual([])
  })

  it('40 concurrent landings of one license on two instances all succeed', { timeout: 60_000 }, async () => {
    const url = await database()
    const patient = { deadlineMs: 20_000, connectTimeoutMs: 20_000 }
    const stores = [await open(url, patient), await open(url, patient)]
    const license = crypto.randomUUID()
    await Promise.all(stores.flatMap((store) => Array.from({ length: 20 }, () => land(store, license))))
    expect(await registrationRows({ engine: 'postgres', url })).toHaveLength(1)
  })

  it('a single statement waits for another transaction and then continues', async () => {
    const url = await database()
    const store = await open(url)
    const tokenHash = 'a'.repeat(64)
    await store.registrations.recordLanding(aLanding({ tokenHash }))
    const other = new pg.Client({ connectionString: url })
    await other.connect()
    await other.query('begin isolation level read committed; update registrations set offer_type = null')
    const again = store.registrations.landAgain(tokenHash, new Date(0), new Date())
    await delay(200)
    await other.query('commit')
    await other.end()
    await expect(again).resolves.not.toBeNull()
    await store.close()
    // Written when a connection ends.
    await vi.waitFor(async () => {
      const sum = 'select xact_commit, xact_rollback from pg_stat_database where datname = current_database()'
      const [statistics] = await ask(url, sum)
      expect(Number(statistics?.['xact_commit'])).toBeGreaterThan(5)
      expect(Number(statistics?.['xact_rollback'])).toBe(0)
    }, 30_000)
  })
})

describe('what does not fit into PostgreSQL', () => {
  it('the longest license fits the index of PostgreSQL', async () => {
    const store = await open(await createDatabase(inject('postgresUrl')))
    const licenseArn = `arn:${Array.from({ length: 1_496 }, () => Math.random().toString(36).slice(2, 3)).join('')}`
    expect(licenseArn).toHaveLength(1_500)
    await expect(land(store, licenseArn)).resolves.toMatchObject({ licenseArn })
  })
})
