import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAwsEvent, readAwsEvent } from '../../src/domain/aws-event.ts'
import type { Agreement } from '../../src/domain/agreement.ts'
import { subscriptionOf, type Subscription } from '../../src/domain/subscription.ts'
import { advisory, after, anAgreement, created, ended, license, seller } from '../support/aws-events.ts'

type Given = { readonly events: readonly string[]; readonly answer?: Agreement | null; readonly at?: Date }

function stateOf({ events, answer = null, at = after(300) }: Given): Subscription | null {
  const known = {
    agreementId: 'agmt-1',
    events: events.map((body) => readAwsEvent({ body })),
    answer: answer === null ? null : { agreement: answer, at },
    entitlements: null,
    activatedAt: null,
  }
  return subscriptionOf(known, seller, at)
}

const partner = { proposer: { accountId: '555566667777' } }

describe('what events and answers come to', () => {
  it.each<[string, Given, string | null]>([
    ['nothing', { events: [] }, null],
    ['an end of nobody knows what', { events: [ended(5, 'CANCELLED')] }, null],
    ['Created', { events: [created(0)] }, 'pending'],
    ['Created that starts later', { events: [created(0, { startTime: '2027-01-01T00:00:00Z' })] }, 'scheduled'],
    ['License Updated without an answer', { events: [created(0), license(1, 'Updated')] }, 'pending'],
    ['License Updated and ACTIVE', { events: [license(1, 'Updated')], answer: anAgreement() }, 'active'],
    [
      'License Updated and ACTIVE before the start',
      { events: [license(1, 'Updated')], answer: anAgreement({ startsAt: after(600) }) },
      'scheduled',
    ],
    ['License Updated of a partner’s sale', { events: [license(1, 'Updated', partner)] }, 'active'],
    [
      'License Updated of a partner’s sale that starts later',
      { events: [created(0, { startTime: after(600).toISOString() }), license(1, 'Updated', partner)] },
      'scheduled',
    ],
    ['ACTIVE with a license, and no event', { events: [], answer: anAgreement() }, 'active'],
    ['ACTIVE without a license', { events: [created(0)], answer: anAgreement({ licenseArns: [] }) }, 'pending'],
    ['Ended CANCELLED', { events: [license(1, 'Updated'), ended(9, 'CANCELLED')], answer: anAgreement() }, 'ending'],
    ['Ended EXPIRED', { events: [created(0), ended(9, 'EXPIRED')] }, 'ending'],
    ['Ended TERMINATED', { events: [created(0), ended(9, 'TERMINATED')] }, 'ending'],
    ['Ended RENEWED', { events: [license(1, 'Updated'), ended(9, 'RENEWED')] }, 'superseded'],
    ['Ended REPLACED', { events: [license(1, 'Updated'), ended(9, 'REPLACED')] }, 'superseded'],
    ['Deprovisioned after RENEWED', { events: [ended(9, 'RENEWED'), license(10, 'Deprovisioned')] }, 'superseded'],
    ['Deprovisioned', { events: [license(1, 'Updated'), license(9, 'Deprovisioned')] }, 'ended'],
    ['Deprovisioned and later Updated', { events: [license(1, 'Deprovisioned'), license(9, 'Updated')] }, 'ended'],
    [
      'CANCELLED, and no event',
      { events: [license(1, 'Updated')], answer: anAgreement({ status: 'CANCELLED' }) },
      'ended',
    ],
    [
      'RENEWED, and no event',
      { events: [license(1, 'Updated')], answer: anAgreement({ status: 'RENEWED' }) },
      'superseded',
    ],
    [
      'Ended half an hour ago',
      { events: [created(0), ended(270, 'CANCELLED')], answer: anAgreement({ status: 'CANCELLED' }) },
      'ending',
    ],
    [
      'Ended an hour ago, and no Deprovisioned',
      { events: [created(0), ended(240, 'CANCELLED')], answer: anAgreement({ status: 'CANCELLED' }) },
      'ended',
    ],
  ])('%s', (_, given, state) => {
    expect(stateOf(given)?.state ?? null).toBe(state)
  })

  it('has no end where AWS writes the year 9999', () => {
    expect(stateOf({ events: [created(0, { endTime: '9999-01-01T00:00:00Z' })] })?.endsAt).toBeNull()
    expect(stateOf({ events: [created(0, { endTime: '2027-11-25T10:00:00Z' })] })?.endsAt).not.toBeNull()
  })

  it('has an advisory from its issue to its resolution, by AWS’s own time', () => {
    expect(stateOf({ events: [created(0), advisory(5, 'Issued')] })?.advisoryAt).toEqual(after(5))
    const resolved = [created(0), advisory(8, 'Resolved'), advisory(5, 'Issued')]
    expect(stateOf({ events: resolved })?.advisoryAt).toBeNull()
  })

  it('asks for the last usage an hour after the first of Ended and Deprovisioned', () => {
    const events = [license(1, 'Updated'), license(30, 'Deprovisioned'), ended(20, 'CANCELLED')]
    expect(stateOf({ events })?.finalUsageBy).toEqual(after(80))
    expect(stateOf({ events: events.slice(0, 2) })?.finalUsageBy).toEqual(after(90))
    expect(stateOf({ events: [license(1, 'Updated'), ended(20, 'RENEWED')] })?.finalUsageBy).toBeNull()
  })
})

/** What happened at AWS, and how its agreement stands afterwards. */
const lives: readonly (readonly [string, readonly string[], Agreement])[] = [
  ['active', [created(0), license(1, 'Updated'), license(20, 'Updated')], anAgreement()],
  [
    'ended',
    [created(0), license(1, 'Updated'), ended(20, 'CANCELLED'), license(21, 'Deprovisioned')],
    anAgreement({ status: 'CANCELLED' }),
  ],
  ['superseded', [created(0), license(1, 'Updated'), ended(20, 'RENEWED')], anAgreement({ status: 'RENEWED' })],
  [
    'superseded',
    [created(0), license(1, 'Updated'), ended(20, 'REPLACED'), license(21, 'Deprovisioned')],
    anAgreement({ status: 'REPLACED' }),
  ],
]

describe.each(lives)('a subscription that is %s', (state, events, answer) => {
  const order = fc.shuffledSubarray([...events], { minLength: events.length })
  const repeated = fc.array(fc.constantFrom(...events), { maxLength: 6 })

  it('is the same in any order and with any repetition', () => {
    fc.assert(
      fc.property(order, repeated, (shuffled, again) => {
        expect(stateOf({ events: [...again, ...shuffled], answer })).toEqual(stateOf({ events, answer }))
      }),
    )
  })

  it('is the same state whatever was lost, once AWS was asked', () => {
    fc.assert(
      fc.property(fc.subarray([...events]), (kept) => {
        expect(stateOf({ events: kept, answer })?.state).toBe(state)
      }),
    )
  })
})

describe('an event', () => {
  const body = JSON.parse(license(1, 'Updated')) as Record<string, unknown>
  it.each([
    ['is no JSON', 'no JSON'],
    ['is of another source', JSON.stringify({ ...body, source: 'aws.ec2' })],
    ['names no account', JSON.stringify({ ...body, account: undefined })],
    ['has no time', JSON.stringify({ ...body, time: 'yesterday' })],
    ['is of a license and names no agreement', JSON.stringify({ ...body, detail: {} })],
  ])('that %s cannot be read', (_, text) => {
    expect(parseAwsEvent(text)).toBeNull()
  })

  it('of a type that nobody knows is read, whatever else it says', () => {
    const other = {
      ...body,
      'detail-type': 'Spend Threshold Reached - Proposer',
      detail: { agreement: 5, product: [] },
    }
    expect(parseAwsEvent(JSON.stringify(other))).not.toBeNull()
  })
})
