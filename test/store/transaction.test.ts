import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import type { DatabaseUrl } from '../../src/config/database-url.ts'
import {
  aLanding,
  emptyDatabase,
  engines,
  execute,
  minutesLater,
  noon,
  openTestStore,
  registrationRows,
  rowsOf,
  type TestStore,
} from '../support/stores.ts'

const opened: TestStore[] = []
afterAll(() => Promise.all(opened.map(({ close }) => close())))

async function open(database: DatabaseUrl): Promise<TestStore> {
  const store = await openTestStore(database)
  opened.push(store)
  return store
}

/** The database rejects the token's row, which is written after the registration's. */
const refuseToken = {
  sqlite: `create trigger refuse before insert on tokens when new.token_hash = 'refused'
    begin select raise(abort, 'refused'); end`,
  postgres: `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$;
    create trigger refuse before insert on tokens for each row when (new.token_hash = 'refused') execute function refuse()`,
}

describe.each(engines)('a landing on %s', (engine) => {
  let database: DatabaseUrl
  let store: TestStore

  beforeEach(async () => {
    database = await emptyDatabase(engine)
    store = await open(database)
    await execute(database, refuseToken[engine])
  })

  const land = (license: string, tokenHash = `of ${license}`, at = noon) =>
    store.registrations.recordLanding(aLanding({ customer: { licenseArn: license }, tokenHash, at }))
  const licenses = async () => (await registrationRows(database)).map((row) => row['license_arn']).sort()

  it('a landing stores the registration and its token, or neither', async () => {
    await expect(land('l-1', 'refused')).rejects.toMatchObject({ code: 'internal' })
    await land('l-2')
    expect(await licenses()).toEqual(['l-2'])
    const before = await registrationRows(database)
    await expect(land('l-2', 'refused', minutesLater(1))).rejects.toMatchObject({ code: 'internal' })
    await land('l-3')
    expect(await registrationRows(database)).toEqual(expect.arrayContaining(before))
    expect(await rowsOf(database, 'select token_hash from tokens order by token_hash')).toEqual([
      { token_hash: 'of l-2' },
      { token_hash: 'of l-3' },
    ])
  })

  it('a failed landing does not affect concurrent landings', async () => {
    const results = await Promise.allSettled([land('l-1'), land('l-2', 'refused'), land('l-3'), land('l-4')])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
    expect(await licenses()).toEqual(['l-1', 'l-3', 'l-4'])
  })

  it('a landing is confirmed only when another process can read it', async () => {
    const seen = await Promise.all(
      ['l-1', 'l-2', 'l-3', 'l-4', 'l-5'].map(async (license) => {
        await land(license)
        return (await licenses()).includes(license)
      }),
    )
    expect(seen).toEqual([true, true, true, true, true])
  })
})

describe('what PostgreSQL ends for the sake of another task', () => {
  /** The next two statements of this kind fail with `then`. A sequence is not reset by a rollback. */
  const twice = (when: string, then: string) =>
    `create sequence times;
     create function meet() returns trigger language plpgsql as
       $$ begin if nextval('times') <= 2 then ${then}; end if; return new; end $$;
     create trigger meet before ${when} for each row execute function meet()`
  const fails = (state: string) => `raise exception 'try again' using errcode = '${state}'`

  async function meeting(when: string, then: string) {
    const database = await emptyDatabase('postgres')
    const { registrations } = await open(database)
    const { id } = await registrations.recordLanding(aLanding({ customer: { licenseArn: null } }))
    await execute(database, twice(when, then))
    const met = async () => Number((await rowsOf(database, 'select last_value from times'))[0]?.['last_value'])
    return { database, registrations, id, met }
  }

  it.each([
    ['a deadlock', '40P01'],
    ['a serialization failure', '40001'],
    ['a row that another task made first', '23505'],
  ])('a landing is repeated after %s', async (_, state) => {
    const { database, registrations, met } = await meeting('insert on registrations', fails(state))
    await registrations.recordLanding(aLanding({ customer: { awsAccountId: '999999999999' } }))
    expect(await registrationRows(database)).toHaveLength(2)
    expect(await met()).toBeGreaterThan(2)
  })

  it.each([
    ['a deadlock', '40P01'],
    ['a serialization failure', '40001'],
  ])('a registration is repeated after %s', async (_, state) => {
    const { database, registrations, id, met } = await meeting('update on registrations', fails(state))
    const contact = { email: 'ada@example.com', name: 'Ada', company: 'Engines', phone: null }
    await registrations.complete(id, { contact, language: 'en', at: noon })
    expect(await registrationRows(database)).toMatchObject([{ email: 'ada@example.com' }])
    expect(await met()).toBeGreaterThan(2)
  })
})
