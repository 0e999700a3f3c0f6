import { describe, expect, it } from 'vitest'
import { listUnregistered } from '../src/store/follow-up.ts'
import { openReadOnly } from '../src/store/open.ts'
import { after, anAgreement, days, direct, eventsOf, licenseArn, seller, throughPartner } from './support/aws-events.ts'
import { aLanding } from './support/stores.ts'
import { subscriptionStore, type SubscriptionStore } from './support/subscription-store.ts'

const { created, license, amended, ended, notice } = eventsOf()
const ends = (minute: number) => ({ endTime: after(minute).toISOString() })
const seats = (value: string) => [{ dimension: 'seats', value, expiresAt: null }]
const arn = (n: number) => `arn:aws:license-manager::294406891311:license:l-${String(n).padStart(32, '0')}`

async function typesOf({ notifications }: SubscriptionStore): Promise<readonly string[]> {
  return (await notifications()).map(({ type }) => type.replace('subscription.', ''))
}

/** A purchase that is active, with ten seats. */
async function active(): Promise<SubscriptionStore> {
  const store = await subscriptionStore('sqlite', after(2))
  await store.receive(created(0))
  await store.receive(license(1, 'Updated'))
  await store.check({ agreements: [anAgreement()], entitlements: seats('10') })
  expect(await typesOf(store)).toEqual(['activated', 'updated'])
  return store
}

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
    const found = await listUnregistered(db, 10)
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

describe('an advisory', () => {
  const { advisory } = eventsOf({ id: 'agmt-unseen' })

  it('an advisory for an unknown agreement is notified if it contains our product', async () => {
    const store = await subscriptionStore('sqlite', after(60))
    const ours = { product: { id: 'prod-ours' } }
    expect(await store.receive(advisory(5, 'Issued', ours))).toMatchObject({ outcome: 'applied' })
    expect(await store.receive(advisory(9, 'Resolved', ours))).toMatchObject({ outcome: 'applied' })
    const [issued, resolved] = await store.notifications()
    expect(issued).toMatchObject({ type: 'subscription.advisory', data: { registration: null } })
    expect(issued?.data.subscription).toMatchObject({
      agreement_id: 'agmt-unseen',
      advisory_at: after(5).toISOString(),
    })
    expect(resolved?.data.subscription).toMatchObject({ advisory_at: null })
  })

  it('an advisory without product is stored, and notified once the agreement is known to be ours', async () => {
    const store = await subscriptionStore('sqlite', after(60))
    expect(await store.receive(advisory(5, 'Issued'))).toEqual({ outcome: 'kept' })
    expect(await typesOf(store)).toEqual([])
    await store.receive(eventsOf({ id: 'agmt-unseen' }).license(1, 'Updated'))
    expect(await typesOf(store)).toEqual(['advisory'])
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

describe('a notice', () => {
  it.each([
    'Purchase Agreement Ending',
    'Purchase Agreement Renewal Upcoming',
    'Agreement Cancellation Request Pending Approval',
    'Purchase Agreement Billing Adjustment Completed',
    'Spend Threshold Reached',
  ])('the notice "%s" is notified once, with its detail', async (type) => {
    const store = await active()
    const body = notice(30, type, { billing: { amount: '-100.00' } })
    expect(await store.receive(body)).toMatchObject({ outcome: 'applied' })
    expect(await store.receive(body)).toEqual({ outcome: 'repeated' })
    expect((await store.notifications()).slice(2)).toMatchObject([
      {
        type: 'subscription.notice',
        data: {
          subscription: { agreement_id: 'agmt-1', state: 'active' },
          registration: null,
          notice: {
            detail_type: `${type} - Proposer`,
            detail: { agreement: { id: 'agmt-1' }, billing: { amount: '-100.00' } },
          },
        },
      },
    ])
  })

  it('an amendment is a notice if it turns auto-renewal off, but not if it turns it on', async () => {
    const store = await active()
    expect(await store.receive(amended(30, { autoRenewalEnabled: 'true' }))).toEqual({ outcome: 'kept' })
    expect(await store.receive(amended(31, { autoRenewalEnabled: 'false', disabledBy: 'buyer' }))).toMatchObject({
      outcome: 'applied',
    })
    const [, , only, ...others] = await store.notifications()
    expect(only?.data.notice).toEqual({
      detail_type: 'Purchase Agreement Amended - Proposer',
      detail: {
        agreement: { id: 'agmt-1', intent: 'AMEND', autoRenewalEnabled: 'false', disabledBy: 'buyer' },
        ...direct,
      },
    })
    expect(others).toEqual([])
  })

  it('a notice that is received before its agreement is notified once the agreement is known', async () => {
    const store = await subscriptionStore('sqlite', after(60))
    expect(await store.receive(notice(30, 'Spend Threshold Reached'))).toEqual({ outcome: 'kept' })
    await store.receive(license(1, 'Updated'))
    await store.receive(created(0))
    expect(await typesOf(store)).toEqual(['notice'])
  })

  it('a notice that waited for its agreement for more than a day is only stored', async () => {
    const store = await subscriptionStore('sqlite', after(60))
    await store.receive(notice(30, 'Spend Threshold Reached'))
    store.clock.now = after(60 + 24 * 60)
    await store.receive(license(1, 'Updated'))
    expect(await typesOf(store)).toEqual([])
  })

  it('a notice of 700 kB is notified without unused parts', async () => {
    const store = await active()
    await store.receive(notice(30, 'Spend Threshold Reached', { padding: 'x'.repeat(700_000) }))
    const last = (await store.notifications()).at(-1)
    expect(JSON.stringify(last).length).toBeLessThan(5_000)
    expect(last?.data.notice).toMatchObject({ detail: { agreement: { id: 'agmt-1' } } })
  })
})

describe('an event of a product that is not configured', () => {
  const other = { product: { code: 'other', id: 'prod-other' } }

  it('an event of a product that is not configured is stored, and an earlier row is deleted', async () => {
    const store = await subscriptionStore('sqlite', after(60))
    await store.receive(created(0))
    expect(await store.published()).toMatchObject([{ state: 'pending', product_code: null }])
    expect(await store.receive(license(1, 'Updated', other))).toEqual({ outcome: 'foreign' })
    expect(await store.receive(ended(2, 'CANCELLED'))).toEqual({ outcome: 'foreign' })
    expect(await store.published()).toEqual([])
    expect(await store.rows('select id from aws_events')).toHaveLength(3)
    expect(await store.subscriptions.adopt()).toEqual({ agreements: 0, changes: [] })
  })

  it('a stored event is applied and notified once its product is configured', async () => {
    const { database, receive } = await subscriptionStore('sqlite', after(60))
    await receive(created(0))
    await receive(license(1, 'Updated', { ...other, proposer: throughPartner.proposer }))
    const listings = [...seller.listings, { productCode: 'other', productId: null }]
    const added = await subscriptionStore('sqlite', after(90), { database, seller: { ...seller, listings } })
    expect(await added.subscriptions.adopt()).toMatchObject({ agreements: 1, changes: [{ previousState: null }] })
    expect(await added.published()).toMatchObject([{ state: 'active', product_code: 'other' }])
    expect(await typesOf(added)).toEqual(['activated'])
    expect(await added.subscriptions.adopt()).toEqual({ agreements: 0, changes: [] })
  })

  it('an event does not change a subscription whose product left the configuration', async () => {
    const store = await active()
    const without = await subscriptionStore('sqlite', after(90), {
      database: store.database,
      seller: { ...seller, listings: [{ productCode: 'another', productId: 'prod-another' }] },
    })
    expect(await without.receive(license(30, 'Updated'))).toEqual({ outcome: 'foreign' })
    expect(await without.published()).toMatchObject([{ agreement_id: 'agmt-1', state: 'active' }])
  })
})

it('events with one id and different contents are different events', async () => {
  const store = await subscriptionStore('sqlite', after(60))
  const same = (body: string) => JSON.stringify({ ...JSON.parse(body), id: '12345678-1234-1234-1234-123456789012' })
  expect(await store.receive(same(created(0)))).toMatchObject({ outcome: 'applied' })
  expect(await store.receive(same(license(1, 'Updated')))).toMatchObject({ outcome: 'applied' })
  expect(await store.receive(same(license(1, 'Updated')))).toEqual({ outcome: 'repeated' })
  expect(await store.published()).toMatchObject([{ license_arn: licenseArn }])
})
