import { describe, expect, it } from 'vitest'
import {
  aLanding,
  emptyDatabase,
  engines,
  execute,
  minutesLater,
  openTestStore,
  registrationRows,
  rowsOf,
  type TestStore,
} from '../support/stores.ts'

describe.each(engines)('several instances on %s', (engine) => {
  it('instances that start together migrate the database once', async () => {
    const database = await emptyDatabase(engine)
    const stores = await Promise.all(Array.from({ length: 4 }, () => openTestStore(database)))
    await Promise.all(stores.map(({ check }) => check()))
    expect(await rowsOf(database, 'select name from migrations order by name')).toEqual([{ name: '0001-initial' }])
    await Promise.all(stores.map(({ close }) => close()))
  })

  it('instances open a database that a newer release has migrated', async () => {
    const database = await emptyDatabase(engine)
    await (await openTestStore(database)).close()
    await execute(database, "insert into migrations values ('9999-of-a-newer-release', '2027-01-01T00:00:00Z')")
    await execute(database, 'alter table registrations add column newer text')
    const reopened = await openTestStore(database)
    await reopened.registrations.recordLanding(aLanding())
    await reopened.close()
    expect(await registrationRows(database)).toHaveLength(1)
  })

  it('200 concurrent landings of one license create one row', { timeout: 60_000 }, async () => {
    const database = await emptyDatabase(engine)
    // All of them wait for one lock, on a machine that may be busy.
    const patient = { connectTimeoutMs: 20_000, deadlineMs: 20_000 }
    const stores = await Promise.all([openTestStore(database, patient), openTestStore(database, patient)])
    const landings = await Promise.all(
      Array.from({ length: 100 }, () =>
        stores.map(({ registrations }) => registrations.recordLanding(aLanding())),
      ).flat(),
    )
    expect(new Set(landings.map(({ id }) => id)).size).toBe(1)
    expect(await registrationRows(database)).toHaveLength(1)
    expect(await rowsOf(database, 'select distinct registration_id from tokens')).toHaveLength(1)
    expect(await rowsOf(database, 'select token_hash from tokens')).toHaveLength(200)
    await Promise.all(stores.map(({ close }) => close()))
  })

  it('one of two concurrent licenses completes a row without license', { timeout: 60_000 }, async () => {
    for (let round = 0; round < 10; round++) {
      const database = await emptyDatabase(engine)
      const stores = await Promise.all([openTestStore(database), openTestStore(database)])
      await stores[0].registrations.recordLanding(aLanding({ customer: { licenseArn: null } }))
      const landings = await Promise.all(
        stores.flatMap(({ registrations }) =>
          ['l-1', 'l-2', 'l-1'].map((licenseArn) =>
            registrations.recordLanding(aLanding({ customer: { licenseArn }, at: minutesLater(1) })),
          ),
        ),
      )
      expect(landings.map(({ licenseArn }) => licenseArn)).toEqual(['l-1', 'l-2', 'l-1', 'l-1', 'l-2', 'l-1'])
      expect((await registrationRows(database)).map((row) => row['license_arn']).sort()).toEqual(['l-1', 'l-2'])
      await Promise.all(stores.map(({ close }) => close()))
    }
  })

  it('two concurrent landings that each fill another column keep both', { timeout: 60_000 }, async () => {
    const database = await emptyDatabase(engine)
    const stores = await Promise.all([openTestStore(database), openTestStore(database)])
    for (let buyer = 0; buyer < 30; buyer++) {
      const customer = { awsAccountId: String(300_000_000_000 + buyer), licenseArn: `l-fill-${String(buyer)}` }
      await stores[0].registrations.recordLanding(aLanding({ customer }))
      await Promise.all([
        stores[0].registrations.recordLanding(
          aLanding({ customer: { ...customer, customerIdentifier: 'identifier' }, at: minutesLater(1) }),
        ),
        stores[1].registrations.recordLanding(
          aLanding({ customer, claims: { offerType: 'free-trial' }, at: minutesLater(1) }),
        ),
      ])
    }
    expect(await rowsOf(database, 'select distinct customer_identifier, offer_type from registrations')).toEqual([
      { customer_identifier: 'identifier', offer_type: 'free-trial' },
    ])
    await Promise.all(stores.map(({ close }) => close()))
  })

  it('two concurrent tokens of one purchase create one row if only one response has the license', async () => {
    const database = await emptyDatabase(engine)
    const stores = await Promise.all([openTestStore(database), openTestStore(database)])
    for (let buyer = 0; buyer < 50; buyer++) {
      const awsAccountId = String(200_000_000_000 + buyer)
      const land = (store: TestStore, licenseArn: string | null) =>
        store.registrations.recordLanding(aLanding({ customer: { awsAccountId, licenseArn } }))
      await Promise.all([land(stores[0], null), land(stores[1], awsAccountId)])
    }
    expect((await registrationRows(database)).map((row) => row['license_arn'])).toHaveLength(50)
    await Promise.all(stores.map(({ close }) => close()))
  })

  it('two concurrent landings with one token create one row if only one response has the license', async () => {
    const database = await emptyDatabase(engine)
    const stores = await Promise.all([openTestStore(database), openTestStore(database)])
    for (let buyer = 0; buyer < 50; buyer++) {
      const awsAccountId = String(100_000_000_000 + buyer)
      const tokenHash = `token-${awsAccountId}`
      const land = (store: TestStore, licenseArn: string | null) =>
        store.registrations.recordLanding(aLanding({ tokenHash, customer: { awsAccountId, licenseArn } }))
      await Promise.all([land(stores[0], null), land(stores[1], awsAccountId)])
    }
    expect((await registrationRows(database)).map((row) => row['license_arn'])).toHaveLength(50)
    await Promise.all(stores.map(({ close }) => close()))
  })
})
