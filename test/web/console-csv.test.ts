import { expect, it, onTestFinished } from 'vitest'
import type { ConsoleLists } from '../../src/domain/console-lists.ts'
import { parseConfig } from '../../src/config/config.ts'
import { csvOf } from '../../src/web/console/csv.ts'
import { parseListQuery } from '../../src/web/console/list-query.ts'
import { environment } from '../support/environment.ts'
import { emptyDatabase, execute, noon, openTestStore } from '../support/stores.ts'

it('a long list on SQLite lets other requests have a turn after each chunk', async () => {
  const database = await emptyDatabase('sqlite')
  const { consoleLists, close } = await openTestStore(database)
  onTestFinished(close)
  await execute(
    database,
    `with recursive n (i) as (select 1 union all select i + 1 from n where i < 1100)
     insert into registrations (id, reference, status, product_code, aws_account_id, landed_at, last_landed_at, updated_at)
     select i, i, 'landed', 'code', i, '2026-11-23T12:00:00.000Z', '2026-11-23T12:00:00.000Z', '2026-11-23T12:00:00.000Z' from n`,
  )
  let turn = 0
  const count = () => {
    turn += 1
    counting = setImmediate(count)
  }
  let counting = setImmediate(count)
  onTestFinished(() => {
    clearImmediate(counting)
  })
  const turns: number[] = []
  const list: ConsoleLists['list'] = (input, at) => {
    turns.push(turn)
    return consoleLists.list(input, at)
  }
  const { products } = parseConfig(environment())
  const query = parseListQuery({ list: 'all' }, products)
  let csv = ''
  for await (const piece of csvOf(query, { lists: { ...consoleLists, list }, products, now: noon })) csv += piece
  expect(csv.trimEnd().split('\r\n')).toHaveLength(1101)
  expect(turns).toHaveLength(6)
  // The list is read twice, for the names of its columns first.
  for (const pass of [turns.slice(0, 3), turns.slice(3)]) expect(new Set(pass).size).toBe(3)
})
