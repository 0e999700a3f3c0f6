import { describe, expect, it } from 'vitest'
import { after, direct, eventsOf, licenseArn, seller, throughPartner } from './support/aws-events.ts'
import { active, typesOf } from './support/active-subscription.ts'
import { subscriptionStore } from './support/subscription-store.ts'

const { created, license, amended, ended, notice } = eventsOf()

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

  it('AWS is asked for the agreement of an added product', async () => {
    const { database, receive } = await subscriptionStore('sqlite', after(60))
    await receive(license(1, 'Updated', other))
    const listings = [...seller.listings, { productCode: 'other', productId: null }]
    const added = await subscriptionStore('sqlite', after(90), { database, seller: { ...seller, listings } })
    await added.subscriptions.adopt()
    expect(await added.published()).toMatchObject([{ state: 'pending' }])
    expect(await added.rows('select agreement_check_at from subscriptions')).toEqual([
      { agreement_check_at: after(90).toISOString() },
    ])
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
