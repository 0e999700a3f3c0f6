import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startSimulator } from '../../simulator/src/simulator.ts'
import { createBuyers } from '../support/buyers/buyer.ts'
import { land } from '../support/buyers/client.ts'
import { journey, newLedger } from '../support/buyers/journey.ts'
import { marketAt } from '../support/buyers/market.ts'
import { explaining, readingsSince, type Reading } from '../support/plans.ts'
import { ask, createDatabase, startPostgres, type Postgres } from '../support/postgres.ts'
import { startService } from '../support/service.ts'
import { emptyDatabase, openTestStore } from '../support/stores.ts'

const rows = 20_000
/** A statement that reads more rows counts as a full scan. */
const few = 100
const journeys = 20

const ours = /\b(registrations|tokens|sessions|events|deliveries)\b/

let postgres: Postgres
let readings: readonly Reading[]
beforeAll(async () => {
  postgres = await startPostgres(explaining)
})
afterAll(() => postgres.remove())

/** The rows of several years. */
async function fill(url: string): Promise<void> {
  const numbers = `generate_series(1, ${String(rows)}) n`
  await ask(
    url,
    `insert into registrations (id, reference, status, product_code, aws_account_id, license_arn, landed_at, last_landed_at, updated_at)
     select gen_random_uuid(), 'filled-' || n, 'landed', 'filled', lpad(n::text, 12, '0'), 'l-' || n, now(), now(), now() from ${numbers}`,
  )
  await ask(
    url,
    `insert into tokens (token_hash, registration_id, resolved_at)
     select encode(sha256(id::text::bytea), 'hex'), id, now() from registrations`,
  )
  await ask(
    url,
    `insert into sessions (id_hash, data, expires_at, ends_at)
     select encode(sha256(n::text::bytea), 'hex'), '{}', now() + interval '1 hour', now() + interval '12 hours' from ${numbers}`,
  )
  await ask(
    url,
    `insert into events (id, type, occurred_at, registration_id, actor, data)
     select id, 'registration.abandoned', now(), id, 'system', '{}' from registrations`,
  )
  await ask(
    url,
    `insert into deliveries (id, event_id, registration_id, receiver, audience, recipient, created_at, due_at, done_at)
     select id, id, registration_id, 'webhook', 'seller', 'https://example.com', now(), now(), now() from events`,
  )
  await ask(url, 'vacuum analyze')
}

/** Runs every statement of the service: buyers of all kinds, an expired token, checks, housekeeping. */
async function readingsOfService(): Promise<readonly Reading[]> {
  const url = await createDatabase(postgres.url)
  const simulator = await startSimulator()
  const service = await startService({
    DATABASE_URL: url,
    PRODUCT_CODES: simulator.productCode,
    AWS_ENDPOINT_URL_MARKETPLACE_METERING: simulator.url,
    AWS_ACCESS_KEY_ID: 'simulated',
    AWS_SECRET_ACCESS_KEY: 'simulated',
    // Nothing listens at this port, so each delivery is tried and postponed.
    WEBHOOK_URL: 'http://127.0.0.1:9',
    WEBHOOK_SECRET: `whsec_${'a'.repeat(40)}`,
  })
  await fill(url)
  const before = postgres.log().length

  const ledger = newLedger()
  const newBuyer = createBuyers(marketAt(simulator.url))
  for (let n = 0; n < journeys; n += 1) await journey({ base: () => service.url, ledger }, await newBuyer())
  expect(ledger.completed).toBe(journeys)
  const { token } = simulator.issueToken('new-buyer', { singleUse: true })
  expect((await land(service.url, token)).status).toBe(303)
  expect((await land(service.url, token)).status).toBe(303)
  expect((await fetch(`${service.url}/readyz`)).status).toBe(200)
  const store = await openTestStore({ engine: 'postgres', url })
  await store.prune()
  await store.close()
  await simulator.close()

  // PostgreSQL writes the log asynchronously.
  await pause(500)
  return readingsSince(postgres, before).filter(({ statement }) => ours.test(statement))
}

const distinct = () => [...new Map(readings.map((reading) => [reading.statement, reading])).values()]

it('no statement scans a whole table on PostgreSQL', { timeout: 120_000 }, async () => {
  readings = await readingsOfService()
  expect(distinct().length).toBeGreaterThan(10)
  expect(readings.filter((reading) => reading.rows > few)).toEqual([])
})

it('no statement scans a whole table on SQLite, whose plans do not depend on the rows', async () => {
  const database = await emptyDatabase('sqlite')
  await (await openTestStore(database)).close()
  const db = new DatabaseSync(database.engine === 'sqlite' ? database.path : '')
  // Some texts are PostgreSQL's alone. A partial index is used only where the value says that its rows suffice.
  const plans = distinct().flatMap(({ statement, values }) => {
    try {
      const steps = db.prepare(`explain query plan ${statement}`).all(values)
      return [{ statement, steps: steps.map(({ detail }) => String(detail)) }]
    } catch {
      return []
    }
  })
  db.close()
  expect(plans.length).toBeGreaterThan(5)
  // With a limit and no condition it ends at the first rows.
  const limited = /^select (?!.* where ).* limit \S+$/
  const whole = plans.filter(({ steps }) => steps.some((step) => step.startsWith('SCAN ') && ours.test(step)))
  expect(whole.filter(({ statement }) => !limited.test(statement))).toEqual([])
})
