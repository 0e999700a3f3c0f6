import { describe, expect, it } from 'vitest'
import { listUnregistered } from '../src/store/unregistered.ts'
import { openReadOnly } from '../src/store/open.ts'
import { after, anAgreement, days, eventsOf, throughPartner } from './support/aws-events.ts'
import { active, seats, typesOf } from './support/active-subscription.ts'
import { aLanding } from './support/stores.ts'
import { subscriptionStore, type SubscriptionStore } from './support/subscription-store.ts'

const { created, license, amended, ended } = eventsOf()
const ends = (minute: number) => ({ endTime: after(minute).toISOString() })
const arn = (n: number) => `arn:aws:license-manager::294406891311:license:l-${String(n).padStart(32, '0')}`

describe('an active subscription is notified as updated', () => {
  it('an amendment and its license event are notified once, with the new end', async () => {
    const store = await active()
    store.clock.now = after(21)
    await store.receive(amended(20, ends(days(700))))
    await store.receive(license(20, 'Updated'))
    expect(await typesOf(store)).toEqual(['activated', 'updated'])
    await store.check({ agreements: [anAgreement({ endsAt: after(days(700)) })], entitlements: seats('15') })
    expect(await typesOf(store)).toEqual(['activated', 'updated', 'updated'])
    const { subscription } = (await store.notifications()).at(-1)?.data ?? {}
    expect(subscription).toMatchObject({ ends_at: after(days(700)).toISOString(), entitlements: seats('15') })
  })

  it('an amendment of a channel partner’s sale is notified without a response of AWS', async () => {
    const partner = eventsOf({ parties: throughPartner })
    const store = await subscriptionStore('sqlite', after(2))
    await store.receive(partner.created(0, ends(100)))
    await store.receive(partner.license(1, 'Updated'))
    await store.check({ entitlements: seats('10') })
    await store.receive(partner.amended(20, ends(days(700))))
    await store.check({ entitlements: seats('10') })
    expect(await typesOf(store)).toEqual(['activated', 'updated', 'updated'])
    expect((await store.notifications()).at(-1)?.data.subscription).toMatchObject({
      ends_at: after(days(700)).toISOString(),
    })
  })

  it('another end and then other entitlements from reconciling are notified once each', async () => {
    const store = await active()
    const moved = anAgreement({ endsAt: after(days(700)) })
    for (let time = 0; time < 2; time += 1) {
      store.clock.now = after(60 + time)
      await store.subscriptions.reconcile(moved)
      await store.subscriptions.recheckEntitlements()
      await store.check({ agreements: [moved], entitlements: seats('10') })
    }
    expect(await typesOf(store)).toEqual(['activated', 'updated', 'updated'])
    await store.subscriptions.recheckEntitlements()
    await store.check({ agreements: [moved], entitlements: seats('12') })
    expect(await typesOf(store)).toEqual(['activated', 'updated', 'updated', 'updated'])
  })

  it('an update is notified at once if AWS fails, and again if AWS later returns other entitlements', async () => {
    const store = await active()
    store.clock.now = after(21)
    await store.receive(amended(20, ends(days(700))))
    const away = () => Promise.reject(new Error('AWS is away'))
    for (let time = 0; time < 2; time += 1)
      await expect(store.check({ agreements: away, entitlements: away })).rejects.toThrow('AWS is away')
    expect(await typesOf(store)).toEqual(['activated', 'updated', 'updated'])
    store.clock.now = after(22)
    await store.check({ agreements: [anAgreement({ endsAt: after(days(700)) })], entitlements: seats('15') })
    expect(await typesOf(store)).toEqual(['activated', 'updated', 'updated', 'updated'])
  })

  it('an update is notified before the end if the end is received during the check', async () => {
    const store = await active()
    store.clock.now = after(22)
    await store.receive(amended(20, ends(days(700))))
    await store.receive(ended(21, 'CANCELLED'))
    await store.check({})
    expect(await typesOf(store)).toEqual(['activated', 'updated', 'updated', 'ending'])
  })

  it('a late older license event and a repeated event are not notified', async () => {
    const store = await active()
    await store.receive(license(0, 'Updated'))
    expect(await store.receive(license(1, 'Updated'))).toEqual({ outcome: 'repeated' })
    await store.check({ agreements: [anAgreement()], entitlements: seats('10') })
    expect(await typesOf(store)).toEqual(['activated', 'updated'])
  })
})

describe('a renewal or replacement through a channel partner', () => {
  const buyer = throughPartner
  const first = eventsOf({ id: 'agmt-first', arn: arn(1), parties: buyer })
  const second = eventsOf({ id: 'agmt-second', arn: arn(2), parties: buyer })
  const customer = { awsAccountId: buyer.acceptor.accountId, productCode: 'ours', licenseArn: arn(1) }

  async function unregistered({ database }: SubscriptionStore): Promise<readonly string[]> {
    const { db } = await openReadOnly(database, 2_000)
    const found = await listUnregistered(db, { productCodes: null, term: null }, { after: null, limit: 10 })
    await db.destroy()
    return found.map(({ agreementId }) => agreementId)
  }

  it.each(['RENEW', 'REPLACE'])(
    'a partner’s agreement with intent %s is notified as renewed, with its registration',
    async (intent) => {
      const store = await subscriptionStore('sqlite', after(200))
      const { id } = await store.store.registrations.recordLanding(aLanding({ customer }))
      const renewal = [second.created(99, { intent }), second.license(100, 'Updated')]
      for (const body of [first.created(0), first.license(1, 'Updated'), ...renewal, first.ended(100, 'RENEWED')])
        await store.receive(body)
      const [, renewed, ...others] = await store.notifications()
      expect(renewed).toMatchObject({
        type: 'subscription.renewed',
        data: {
          subscription: { agreement_id: 'agmt-second', previous_agreement_id: 'agmt-first', license_arn: arn(2) },
          registration: { id },
        },
      })
      expect(others).toEqual([])
      expect(await unregistered(store)).toEqual([])
    },
  )

  it('a renewal is recognized if the previous agreement becomes known later, and then notified as updated', async () => {
    const store = await subscriptionStore('sqlite', after(200))
    const { id } = await store.store.registrations.recordLanding(aLanding({ customer }))
    await store.receive(second.created(99, { intent: 'RENEW' }))
    await store.receive(second.license(100, 'Updated'))
    expect(await unregistered(store)).toEqual(['agmt-second'])
    await store.receive(first.license(1, 'Updated'))
    await store.receive(first.created(0))
    const [activated, ...later] = await store.notifications()
    expect(activated).toMatchObject({ type: 'subscription.activated', data: { registration: null } })
    expect(later.filter(({ data }) => data.subscription['agreement_id'] === 'agmt-second')).toMatchObject([
      {
        type: 'subscription.updated',
        data: { subscription: { previous_agreement_id: 'agmt-first' }, registration: { id } },
      },
    ])
    expect(await unregistered(store)).toEqual([])
  })

  it('two agreements of one account with intent NEW stay two purchases', async () => {
    const store = await subscriptionStore('sqlite', after(200))
    await store.store.registrations.recordLanding(aLanding({ customer }))
    for (const body of [
      first.created(0),
      first.license(1, 'Updated'),
      second.created(99),
      second.license(100, 'Updated'),
    ])
      await store.receive(body)
    expect(await typesOf(store)).toEqual(['activated', 'activated'])
    expect(await unregistered(store)).toEqual(['agmt-second'])
  })
})

describe('an end date', () => {
  const partner = eventsOf({ parties: throughPartner })

  it('an end date that passed before the license became known ends the subscription without a notification', async () => {
    const store = await subscriptionStore('sqlite', after(200))
    await store.receive(created(0, ends(100)))
    await store.receive(license(1, 'Updated'))
    await store.check({ agreements: [anAgreement({ endsAt: after(100) })] })
    expect(await store.published()).toMatchObject([{ state: 'ended' }])
    expect(await typesOf(store)).toEqual([])
  })

  it('AWS’s response corrects a passed end date, and the subscription is notified as activated', async () => {
    const store = await subscriptionStore('sqlite', after(200))
    await store.receive(created(0, ends(100)))
    await store.receive(license(1, 'Updated'))
    expect(await store.published()).toMatchObject([{ state: 'ended' }])
    await store.check({ agreements: [anAgreement()] })
    expect(await store.published()).toMatchObject([{ state: 'active' }])
    expect(await typesOf(store)).toEqual(['activated'])
  })

  it.each([
    ['a sale through a channel partner', partner, []],
    ['an own sale', eventsOf(), [anAgreement({ endsAt: after(100) })]],
  ])(
    'the end date of %s is notified as ending 24 hours after it passed',
    async (_, { created, license }, agreements) => {
      const store = await subscriptionStore('sqlite', after(2))
      await store.receive(created(0, ends(100)))
      await store.receive(license(1, 'Updated'))
      await store.check({ agreements })
      store.clock.now = after(100 + 24 * 60 - 1)
      await store.check({ agreements })
      expect(await typesOf(store)).toEqual(['activated'])
      store.clock.now = after(100 + 24 * 60)
      await store.check({ agreements })
      await store.check({ agreements })
      expect(await typesOf(store)).toEqual(['activated', 'ending'])
    },
  )

  it('an end date that is moved later makes the subscription active again, and its real end is notified', async () => {
    const store = await subscriptionStore('sqlite', after(2))
    await store.receive(partner.created(0, ends(100)))
    await store.receive(partner.license(1, 'Updated'))
    store.clock.now = after(days(3))
    await store.check({})
    await store.receive(partner.amended(days(3), ends(days(700))))
    await store.check({})
    expect(await store.published()).toMatchObject([{ state: 'active' }])
    await store.receive(partner.ended(days(4), 'CANCELLED'))
    expect(await typesOf(store)).toEqual(['activated', 'ending', 'updated', 'ending'])
  })
})
