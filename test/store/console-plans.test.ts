import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { registrationLists } from '../../src/domain/console-lists.ts'
import { parseSearchTerm } from '../../src/domain/search-term.ts'
import { explaining, readingsSince, type Reading } from '../support/plans.ts'
import { ask, createDatabase, startPostgres, type Postgres } from '../support/postgres.ts'
import { emptyDatabase, openTestStore } from '../support/stores.ts'

const rows = 30_000
const page = { after: null, limit: 51 }
const overdueLimits = {
  ofProducts: [{ productCodes: ['product-1'], begunBy: new Date('2026-11-20') }],
  otherwise: new Date('2026-11-20'),
}
const terms = [
  ...['7K3M-9QXW-2PAB', '000000000777', 'l-777', 'agmt-777', 'jane', 'jane@example.com', '@company777.example.com'],
  ...['company777.example.com', 'Company 777', 'Name 777'],
]

let postgres: Postgres
let listed: readonly Reading[]
let searched: readonly Reading[]

beforeAll(async () => {
  // The costs of a solid-state disk, without reading a small table as a whole because it is small.
  postgres = await startPostgres([...explaining, 'random_page_cost=1.1', 'enable_seqscan=off'])
  const url = await createDatabase(postgres.url)
  const { consoleLists, close } = await openTestStore({ engine: 'postgres', url })
  await fill(url)
  const readingsOf = async (work: () => Promise<void>): Promise<readonly Reading[]> => {
    const before = postgres.log().length
    await work()
    // The log is written beside the work.
    await pause(500)
    return readingsSince(postgres, before)
  }
  const lists = async (typed: string): Promise<void> => {
    const term = parseSearchTerm(typed)
    for (const list of registrationLists)
      for (const productCodes of [null, ['product-1']])
        await consoleLists.list({ list, productCodes, term, overdueLimits }, page)
  }
  listed = await readingsOf(() => lists(''))
  searched = await readingsOf(async () => {
    for (const term of terms) await lists(term)
  })
  await close()
}, 120_000)
afterAll(() => postgres.remove())

/** One buyer in fifty waits, and one subscription in five hundred has ended. */
async function fill(url: string): Promise<void> {
  await ask(
    url,
    `insert into registrations (id, reference, status, product_code, aws_account_id, license_arn, landed_at,
       last_landed_at, updated_at, registered_at, ready_at, email, name, company)
     select gen_random_uuid(), 'filled-' || n, case n % 3 when 0 then 'landed' else 'registered' end,
       'product-' || n % 2, lpad(n::text, 12, '0'), 'arn:aws:x:l-' || n, at, at, at,
       case n % 3 when 0 then null else at end, case when n % 3 = 0 or n % 50 = 1 then null else at end,
       'user' || n || '@company' || n % 3000 || '.example.com', 'Name ' || n, 'Company ' || n
     from (select n, timestamptz '2026-11-23' - n * interval '1 minute' as at from generate_series(1, ${String(rows)}) n) all_rows`,
  )
  await ask(
    url,
    `insert into subscriptions (agreement_id, license_arn, license_id, initial_agreement_id, state, updated_at, basis)
     select 'agmt-' || n, 'arn:aws:x:l-' || n, 'l-' || n, 'agmt-' || n,
       case n % 500 when 0 then 'ended' when 1 then 'superseded' else 'active' end, now(), '{}'
     from generate_series(1, ${String(rows)}) n`,
  )
  await ask(url, 'vacuum analyze')
}

it('every list reads few rows on PostgreSQL', () => {
  expect(listed.length).toBeGreaterThan(8)
  expect(listed.filter((reading) => reading.rows > 1_000)).toEqual([])
})

it('every search reads the newest 10,000 landings and few others on PostgreSQL', () => {
  expect(searched.length).toBeGreaterThan(80)
  expect(searched.filter((reading) => reading.rows > 10_000)).toEqual([])
})

it('lists and searches use an index on SQLite, whose plans do not depend on the rows', async () => {
  const database = await emptyDatabase('sqlite')
  await (await openTestStore(database)).close()
  const db = new DatabaseSync(database.engine === 'sqlite' ? database.path : '')
  // The operators that PostgreSQL compares bytes with are the usual ones on SQLite.
  const sqlite = (statement: string) => statement.replaceAll('~>=~', '>=').replaceAll('~<~', '<')
  const plans = new Map([...listed, ...searched].map(({ statement, values }) => [sqlite(statement), values]))
  const steps = [...plans].flatMap(([statement, values]) =>
    db
      .prepare(`explain query plan ${statement}`)
      .all(values)
      .map(({ detail }) => String(detail)),
  )
  db.close()
  const scans = steps.filter((step) => /^SCAN (registrations|subscriptions|own|old|next)\b/.test(step))
  expect(new Set(scans)).toEqual(new Set(['SCAN registrations USING INDEX registrations_landed']))
})
