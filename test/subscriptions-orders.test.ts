import fc from 'fast-check'
import { expect, it, describe } from 'vitest'
import type { Agreement } from '../src/domain/agreement.ts'
import { after, anAgreement, days, eventsOf, readable, throughPartner } from './support/aws-events.ts'
import { subscriptionStore, type SubscriptionStore } from './support/subscription-store.ts'

const arn = (n: number) => `arn:aws:license-manager::294406891311:license:l-${String(n).padStart(32, '0')}`
const buyer = (n: number) => ({ ...throughPartner, acceptor: { accountId: `84573528400${String(n)}` } })
const ends = (minute: number) => ({ endTime: after(minute).toISOString() })
const seats = [{ dimension: 'seats', value: '10', expiresAt: null }]

/** Direct sales: AWS returns them, so that reconciling finds what was lost. */
const sold = eventsOf({ id: 'agmt-sold', arn: arn(1) })
const canceled = eventsOf({ id: 'agmt-canceled', arn: arn(2) })
const renewed = eventsOf({ id: 'agmt-renewed', arn: arn(3) })
const direct = [
  ...[sold.created(0), sold.license(1, 'Updated'), sold.amended(20, ends(days(700))), sold.license(21, 'Updated')],
  ...[canceled.created(0), canceled.license(1, 'Updated'), canceled.ended(30, 'CANCELLED')],
  ...[canceled.license(31, 'Deprovisioned'), renewed.created(0), renewed.license(1, 'Updated')],
  renewed.ended(40, 'RENEWED'),
]
const answers: readonly Agreement[] = [
  anAgreement({ agreementId: 'agmt-sold', licenseArns: [arn(1)], endsAt: after(days(700)) }),
  anAgreement({ agreementId: 'agmt-canceled', licenseArns: [arn(2)], status: 'CANCELLED' }),
  anAgreement({ agreementId: 'agmt-renewed', licenseArns: [arn(3)], status: 'RENEWED' }),
]

/** Sales through a channel partner: only events show what happened. */
const first = eventsOf({ id: 'agmt-first', arn: arn(4), parties: buyer(1) })
const second = eventsOf({ id: 'agmt-second', arn: arn(5), parties: buyer(1) })
const third = eventsOf({ id: 'agmt-third', arn: arn(6), parties: buyer(1) })
const lapsed = eventsOf({ id: 'agmt-lapsed', arn: arn(7), parties: buyer(2) })
const amended = eventsOf({ id: 'agmt-amended', arn: arn(8), parties: buyer(3) })
const warned = eventsOf({ id: 'agmt-warned', arn: arn(9), parties: buyer(4) })
const partners = [
  ...[first.created(0), first.license(1, 'Updated'), first.ended(60, 'RENEWED')],
  ...[second.created(59, { intent: 'RENEW' }), second.license(60, 'Updated'), second.ended(120, 'REPLACED')],
  ...[third.created(119, { intent: 'REPLACE' }), third.license(120, 'Updated')],
  ...[lapsed.created(0, ends(100)), lapsed.license(1, 'Updated')],
  ...[amended.created(0, ends(100)), amended.license(1, 'Updated'), amended.amended(50, ends(days(700)))],
  ...[warned.advisory(10, 'Issued', { product: { id: 'prod-ours' } }), warned.advisory(20, 'Resolved')],
  warned.advisory(30, 'Issued'),
]
const other = { product: { code: 'other', id: 'prod-other' } }
const elsewhere = eventsOf({ id: 'agmt-other', arn: arn(10), parties: buyer(5) })
const foreign = [elsewhere.created(0), elsewhere.license(1, 'Updated', other), elsewhere.ended(90, 'CANCELLED')]

const everything = [...direct, ...partners, ...foreign]
const now = after(300)

/** Stores the events, checks AWS after those that are marked, and then reconciles. */
async function play(events: readonly string[], checked: ReadonlySet<number> = new Set()): Promise<SubscriptionStore> {
  const played = await subscriptionStore('sqlite', now)
  for (const [index, body] of events.entries()) {
    await played.receive(body)
    if (checked.has(index)) await played.check({ agreements: answers, entitlements: seats })
  }
  await played.check({ agreements: answers, entitlements: seats })
  for (const agreement of answers) await played.subscriptions.reconcile(agreement)
  await played.subscriptions.recheckEntitlements()
  await played.check({ agreements: answers, entitlements: seats })
  return played
}

describe('subscriptions', () => {
  it('subscriptions do not depend on the order and repetition of events and checks', async () => {
    const expected = await (await play(everything)).published()
    expect(expected.map((row) => [row['agreement_id'], row['state'], row['initial_agreement_id']])).toEqual([
      ['agmt-amended', 'active', null],
      ['agmt-canceled', 'ended', 'agmt-1'],
      ['agmt-first', 'superseded', null],
      ['agmt-lapsed', 'ended', null],
      ['agmt-renewed', 'superseded', 'agmt-1'],
      ['agmt-second', 'superseded', 'agmt-first'],
      ['agmt-sold', 'active', 'agmt-1'],
      ['agmt-third', 'active', 'agmt-first'],
      ['agmt-warned', 'pending', null],
    ])
    const numbers = everything.map((_, index) => index)
    const order = fc.shuffledSubarray(numbers, { minLength: numbers.length })
    const repeated = fc.array(fc.constantFrom(...numbers), { maxLength: 6 })
    const moments = fc.array(fc.constantFrom(...numbers), { maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(order, repeated, moments, async (events, again, checked) => {
        const bodies = [...again, ...events].flatMap((index) => everything[index] ?? [])
        expect(await (await play(bodies, new Set(checked))).published()).toEqual(expected)
      }),
      { numRuns: 15 },
    )
  })

  it('after reconciling, subscriptions do not depend on lost events', async () => {
    const states = async (events: readonly string[]) =>
      (await (await play(events)).published()).map((row) =>
        ['agreement_id', 'license_id', 'state', 'ends_at', 'entitlements'].map((name) => row[name]),
      )
    const expected = await states(direct)
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(direct), async (kept) => {
        expect(await states(kept)).toEqual(expected)
      }),
      { numRuns: 15 },
    )
  })

  it('subscriptions of an added product are the same as if it had always been configured', async () => {
    const listings = [
      { productCode: 'ours', productId: 'prod-ours' },
      { productCode: 'other', productId: 'prod-other' },
    ]
    const seller = { accountId: '111122223333', listings }
    const always = await subscriptionStore('sqlite', now, { seller })
    for (const body of foreign) await always.receive(body)
    const expected = await always.published()
    expect(expected).toMatchObject([{ agreement_id: 'agmt-other', state: 'ending', product_code: 'other' }])
    const order = fc.shuffledSubarray(foreign, { minLength: foreign.length })
    await fc.assert(
      fc.asyncProperty(order, fc.nat(foreign.length), async (events, known) => {
        const { database, receive } = await subscriptionStore('sqlite', now)
        for (const body of events.slice(0, known)) await receive(body)
        const added = await subscriptionStore('sqlite', now, { seller, database })
        for (const body of events.slice(known)) await added.receive(body)
        await added.subscriptions.adopt()
        expect(await added.published()).toEqual(expected)
      }),
      { numRuns: 10 },
    )
  })
})

it('an event of another account is not stored', async () => {
  const { subscriptions, rows } = await subscriptionStore('sqlite', now)
  const event = { ...readable(sold.created(0)), account: '999988887777' }
  expect(await subscriptions.receive(event)).toEqual({ outcome: 'other-account' })
  expect(await rows('select id from aws_events')).toEqual([])
})
