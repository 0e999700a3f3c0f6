import { describe, expect, it } from 'vitest'
import { after, anAgreement, eventsOf, licenseArn } from './support/aws-events.ts'
import { aLanding, engines, openTestStore } from './support/stores.ts'
import { subscriptionStore } from './support/subscription-store.ts'

const { created, license } = eventsOf()
const seats = (value: string) => [{ dimension: 'seats', value, expiresAt: null }]
const away = () => Promise.reject(new Error('AWS is away'))

describe.each(engines)('a check of AWS on %s', (engine) => {
  it('a check is repeated if a change is received while AWS is being called', async () => {
    const store = await subscriptionStore(engine, after(3))
    await store.receive(created(0))
    await store.receive(license(1, 'Updated'))
    const answers = [seats('10'), seats('15')]
    await store.check({
      agreements: [anAgreement()],
      entitlements: async () => {
        if (answers.length === 2) await store.receive(license(2, 'Updated'))
        return answers.shift() ?? []
      },
    })
    await store.check({ agreements: [anAgreement()], entitlements: answers[0] ?? [] })
    expect(await store.published()).toMatchObject([{ entitlements: JSON.stringify(seats('15')) }])
  })

  it('a check is repeated at once if a change is received while the call fails', async () => {
    const store = await subscriptionStore(engine, after(3))
    await store.receive(license(1, 'Updated'))
    const failing = async () => {
      await store.receive(license(2, 'Updated'))
      return away()
    }
    await expect(store.check({ agreements: failing })).rejects.toThrow('AWS is away')
    await store.check({ agreements: [anAgreement()] })
    expect(await store.published()).toMatchObject([{ state: 'active' }])
  })

  it('a claimed check is not claimed by another instance for one minute', async () => {
    const { store, receive, database } = await subscriptionStore(engine, after(3))
    await receive(license(1, 'Updated'))
    const claim = () => store.query((rows) => rows.subscriptions.claimCheck('agreement'))
    const claimed = { agreementId: 'agmt-1', kind: 'agreement', emptyAnswers: 0, failures: 0 }
    const claims = await Promise.all([claim(), claim(), claim()])
    expect(claims.filter((check) => check !== null)).toEqual([claimed])
    const other = await openTestStore(database, { now: () => after(4) })
    const laterClaim = () => other.query((rows) => rows.subscriptions.claimCheck('agreement'))
    if (engine === 'postgres') {
      expect(await laterClaim()).toBeNull()
      await other.query((rows) =>
        rows.subscriptions.finishCheck({ ...claimed, kind: 'agreement' }, { ...claimed, at: after(4) }),
      )
    }
    expect(await laterClaim()).toEqual(claimed)
    await other.close()
  })
})

describe('a check of AWS', () => {
  it('a failed check is repeated after 1, 2, 4, 8 and then every 15 seconds', async () => {
    const store = await subscriptionStore('sqlite', after(3))
    await store.receive(license(1, 'Updated'))
    for (const seconds of [1, 2, 4, 8, 15, 15]) {
      await expect(store.check({ agreements: away })).rejects.toThrow('AWS is away')
      const failed = store.clock.now.getTime()
      store.clock.now = new Date(failed + seconds * 1000 - 1)
      await store.check({ agreements: away })
      store.clock.now = new Date(failed + seconds * 1000)
    }
    await store.check({ agreements: [anAgreement()] })
    expect(await store.published()).toMatchObject([{ state: 'active' }])
  })

  it('a check with an empty result is repeated after 1, 5, 15 and 60 minutes, and then left to reconciling', async () => {
    const store = await subscriptionStore('sqlite', after(3))
    await store.receive(license(1, 'Updated'))
    let calls = 0
    const nothing = () => {
      calls += 1
      return Promise.resolve([])
    }
    let minute = 3
    await store.check({ agreements: nothing })
    for (const [index, pause] of [1, 5, 15, 60].entries()) {
      store.clock.now = after(minute + pause - 0.1)
      await store.check({ agreements: nothing })
      expect(calls).toBe(index + 1)
      minute += pause
      store.clock.now = after(minute)
      await store.check({ agreements: nothing })
      expect(calls).toBe(index + 2)
    }
    store.clock.now = after(minute + 10_000)
    await store.check({ agreements: nothing })
    expect(calls).toBe(5)
    await store.subscriptions.reconcile(anAgreement())
    expect(await store.published()).toMatchObject([{ state: 'active' }])
  })

  it('a check activates a scheduled subscription at its start', async () => {
    const store = await subscriptionStore('sqlite', after(3))
    const later = { startTime: after(600).toISOString() }
    await store.receive(created(0, later))
    await store.receive(license(1, 'Updated'))
    const agreements = [anAgreement({ startsAt: after(600) })]
    await store.check({ agreements })
    store.clock.now = after(599)
    await store.check({ agreements })
    expect(await store.published()).toMatchObject([{ state: 'scheduled' }])
    store.clock.now = after(600)
    await store.check({ agreements })
    expect(await store.published()).toMatchObject([{ state: 'active' }])
  })
})

describe.each(engines)('contact details on %s', (engine) => {
  it('contact details that are erased during a notification are in no later notification', async () => {
    const contact = { email: 'jane@example.com', name: 'Jane Doe', company: 'Example Buyer', phone: null }
    const customer = { awsAccountId: '845735284135', productCode: 'ours', licenseArn }
    for (let round = 0; round < 10; round += 1) {
      const { store, database, receive, subscriptions, rows } = await subscriptionStore(engine, after(3))
      const other = await openTestStore(database, { now: () => after(3), deadlineMs: 10_000 })
      const { id, reference } = await store.registrations.recordLanding(aLanding({ customer }))
      await store.registrations.complete(id, { contact, language: 'en', at: after(2) })
      await receive(license(1, 'Updated'))
      await Promise.all([
        subscriptions.reconcile(anAgreement()),
        other.erase({ reference, actor: 'cli', at: after(3) }),
      ])
      const data = (await rows('select data from events')).map((row) => String(row['data'])).join()
      expect(data).toContain('"subscription":')
      expect(data).not.toContain('jane@example.com')
      await other.close()
    }
  })
})
