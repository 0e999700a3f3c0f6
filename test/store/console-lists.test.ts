import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DatabaseUrl } from '../../src/config/database-url.ts'
import type { RegistrationList } from '../../src/domain/console-lists.ts'
import { parseSearchTerm } from '../../src/domain/search-term.ts'
import { subscription } from '../support/console.ts'
import {
  aLanding,
  emptyDatabase,
  engines,
  execute,
  minutesLater,
  openTestStore,
  type TestStore,
} from '../support/stores.ts'

const overdueLimits = {
  ofProducts: [{ productCodes: ['slow'], begunBy: minutesLater(-60) }],
  otherwise: minutesLater(30),
}

describe.each(engines)('the lists of the console on %s', (engine) => {
  let database: DatabaseUrl
  let store: TestStore
  const references = new Map<string, string>()

  beforeAll(async () => {
    database = await emptyDatabase(engine)
    store = await openTestStore(database)
    const people = [
      ['ada', 'ada.lovelace@example.com', 'Ada Lovelace', 'Analytical Engines', 'fast'],
      ['bob', 'bob@mail.example.org', 'Bob', 'Ünlü 100% GmbH', 'slow'],
      ['eve', 'eve@example.com', 'Eve', 'Engine_Room', 'fast'],
      ['max', 'max@else.net', 'Max', 'Superseded', 'fast'],
    ] as const
    for (const [n, [id, email, name, company, productCode]] of people.entries()) {
      const at = minutesLater(n * 20)
      const landed = await store.registrations.recordLanding(
        aLanding({
          at,
          customer: { productCode, awsAccountId: `00000000000${String(n)}`, licenseArn: `arn:aws:x:l-${id}` },
          claims: { claimedAgreementId: `agmt-claimed-${id}` },
        }),
      )
      await store.registrations.complete(landed.id, {
        ...{ contact: { email, name, company, phone: null }, language: 'en', at },
      })
      references.set(landed.reference, id)
    }
    const landed = aLanding({ customer: { awsAccountId: '999999999999', licenseArn: null }, at: minutesLater(90) })
    references.set((await store.registrations.recordLanding(landed)).reference, 'landed')
    await execute(database, subscription('l-eve', 'ended'))
    await execute(database, subscription('l-max', 'superseded', { initial_agreement_id: 'agmt-first' }))
    await execute(
      database,
      subscription('l-next', 'active', { initial_agreement_id: 'agmt-first', previous_agreement_id: 'agmt-l-max' }),
    )
    await execute(database, subscription('l-lost', 'ending', { aws_account_id: '123456789012' }))
  })
  afterAll(() => store.close())

  const list = async (name: RegistrationList, typed = '', productCodes: readonly string[] | null = null) => {
    const input = { list: name, productCodes, term: parseSearchTerm(typed), overdueLimits }
    const found = await store.consoleLists.list(input, { after: null, limit: 50 })
    return found.map(({ reference }) => references.get(reference))
  }

  it('the console lists waiting, unfinished, ended and all registrations in order', async () => {
    expect(await list('waiting')).toEqual(['ada', 'bob', 'max'])
    expect(await list('unfinished')).toEqual(['landed'])
    expect(await list('ended')).toEqual(['eve'])
    expect(await list('all')).toEqual(['landed', 'max', 'eve', 'bob', 'ada'])
    expect(await list('all', '', ['slow'])).toEqual(['bob'])
    expect(await list('all', '', ['nothing'])).toEqual([])
  })

  it('the console lists mark ended subscriptions', async () => {
    const input = { list: 'all', productCodes: null, term: null, overdueLimits } as const
    const found = await store.consoleLists.list(input, { after: null, limit: 50 })
    expect(found.filter(({ hasEnded }) => hasEnded).map(({ reference }) => references.get(reference))).toEqual(['eve'])
  })

  it.each([
    ['ada.lovelace@example.com', ['ada']],
    ['ADA.LOVE', ['ada']],
    ['lovelace@exam', ['ada']],
    ['lace', ['ada']],
    ['@example.com', ['eve', 'ada']],
    ['example.com', ['eve', 'ada']],
    ['mail.example', ['bob']],
    ['analytical', ['ada']],
    ['Engines', ['ada']],
    ['engine', ['eve', 'ada']],
    ['engine_', ['eve']],
    ['100%', ['bob']],
    ['%', ['bob']],
    ['lovelace', ['ada']],
    ['Ünlü', ['bob']],
    ['000000000001', ['bob']],
    ['0000-0000-0001', ['bob']],
    ['l-ada', ['ada']],
    ['arn:aws:license-manager::1:license:l-ada', ['ada']],
    ['agmt-claimed-bob', ['bob']],
    ['agmt-l-eve', ['eve']],
    ['agmt-l-next', ['max']],
    ['nobody', []],
    ["' or 1=1 --", []],
  ])('the console search finds %s', async (typed, found) => {
    expect(await list('all', typed)).toEqual(found)
  })

  it('the console searches within a list and a product', async () => {
    expect(await list('waiting', 'example.com')).toEqual(['ada'])
    expect(await list('ended', 'example.com')).toEqual(['eve'])
    expect(await list('all', 'example', ['slow'])).toEqual(['bob'])
  })

  it('the console counts each step, in all and by day', async () => {
    expect(await store.consoleLists.count({ productCodes: null }, overdueLimits)).toEqual({
      ...{ landed: 5, registered: 4, ready: 0, unfinished: 1, waiting: 3, overdue: 1, ended: 1, unregistered: 1 },
    })
    expect(await store.consoleLists.count({ productCodes: ['slow'] }, overdueLimits)).toMatchObject({
      ...{ landed: 1, waiting: 1, overdue: 0, ended: 0, unregistered: 0 },
    })
    expect(await store.consoleLists.days({ productCodes: null }, minutesLater(-60))).toEqual([
      { day: '2026-11-23', landed: 5, registered: 4, ready: 0 },
    ])
    expect(await store.consoleLists.days({ productCodes: null }, minutesLater(10))).toEqual([
      { day: '2026-11-23', landed: 4, registered: 3, ready: 0 },
    ])
  })

  it('a buyer is not overdue before the start of the subscription plus the promised time', async () => {
    const lists = async (startsAt: Date) => {
      await execute(database, "delete from subscriptions where agreement_id = 'agmt-l-ada'")
      await execute(database, subscription('l-ada', 'scheduled', { starts_at: startsAt.toISOString() }))
      const input = { list: 'waiting', productCodes: null, term: null, overdueLimits } as const
      const [first] = await store.consoleLists.list(input, { after: null, limit: 50 })
      const { overdue } = await store.consoleLists.count({ productCodes: null }, overdueLimits)
      return { overdue, metric: await store.backlog.overdue(overdueLimits), startsAt: first?.startsAt }
    }
    expect(await lists(minutesLater(31))).toEqual({ overdue: 0, metric: 0, startsAt: minutesLater(31) })
    expect(await lists(minutesLater(30))).toEqual({ overdue: 1, metric: 1, startsAt: minutesLater(30) })
    await execute(database, "delete from subscriptions where agreement_id = 'agmt-l-ada'")
  })

  it('each console list continues after any position', async () => {
    for (const name of ['waiting', 'all'] as const) {
      const input = { list: name, productCodes: null, term: parseSearchTerm('e'), overdueLimits }
      const seen: (string | undefined)[] = []
      let after = null
      for (;;) {
        const [row] = await store.consoleLists.list(input, { after, limit: 1 })
        if (row === undefined) break
        seen.push(references.get(row.reference))
        const at = name === 'waiting' ? (row.registeredAt ?? row.landedAt) : row.landedAt
        const part = references.get(row.reference) === 'ada' ? ('overdue' as const) : ('later' as const)
        after = { part, at, id: row.id }
      }
      expect([name, seen]).toEqual([name, await list(name, 'e')])
    }
  })

  it('the console finds licenses with and without a subscription', async () => {
    const licenses = await store.query(({ subscriptions }) => subscriptions.findUnconfirmed(50))
    expect(licenses).toEqual(['arn:aws:x:l-bob', 'arn:aws:x:l-ada'])
  })
})
