import { describe, expect, it } from 'vitest'
import type { Agreement } from '../../src/domain/agreement.ts'
import { subscriptionOf, type Subscription } from '../../src/domain/subscription.ts'
import { after, anAgreement, days, eventsOf, readable, seller, throughPartner } from '../support/aws-events.ts'

type Given = {
  readonly events: readonly string[]
  readonly answer?: Agreement | null
  /** Minutes after the start. */
  readonly now?: number
  readonly before?: Subscription | null
}

function computed({ events, answer = null, now = 300, before = null }: Given): Subscription | null {
  const known = {
    agreementId: 'agmt-1',
    events: events.map((body) => readable(body).facts),
    answer: answer === null ? null : { agreement: answer, at: after(now) },
    entitlements: null,
    before,
  }
  return subscriptionOf(known, seller, after(now))
}

const { created, amended, ended, license, advisory, notice } = eventsOf()
const partner = eventsOf({ parties: throughPartner })
const ends = (minute: number) => ({ endTime: after(minute).toISOString() })
const starts = (minute: number) => ({ startTime: after(minute).toISOString() })

describe('the state', () => {
  it.each<[string, Given, string | null]>([
    ['nothing', { events: [] }, null],
    ['an end of an unknown product', { events: [ended(5, 'CANCELLED')] }, null],
    ['an advisory of an unknown product', { events: [advisory(5, 'Issued')] }, null],
    ['an advisory of our product', { events: [advisory(5, 'Issued', { product: { id: 'prod-ours' } })] }, 'pending'],
    ['a notice', { events: [notice(5, 'Purchase Agreement Ending', { product: { id: 'prod-ours' } })] }, null],
    ['Created', { events: [created(0)] }, 'pending'],
    ['Created that starts later', { events: [created(0, starts(600))] }, 'scheduled'],
    ['License Updated without an answer', { events: [created(0), license(1, 'Updated')] }, 'pending'],
    ['License Updated and ACTIVE', { events: [license(1, 'Updated')], answer: anAgreement() }, 'active'],
    [
      'License Updated without a license, and ACTIVE without one',
      { events: [license(1, 'Updated', { license: null })], answer: anAgreement({ licenseArns: [] }) },
      'pending',
    ],
    [
      'License Updated and ACTIVE before the start',
      { events: [license(1, 'Updated')], answer: anAgreement({ startsAt: after(600) }) },
      'scheduled',
    ],
    ['License Updated of a partner’s sale', { events: [partner.license(1, 'Updated')] }, 'active'],
    [
      'License Updated of a partner’s sale that starts later',
      { events: [partner.created(0, starts(600)), partner.license(1, 'Updated')] },
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
  ])('the state after %s is correct', (_, given, state) => {
    expect(computed(given)?.state ?? null).toBe(state)
  })

  it('a subscription is ended if the end date had passed before the license became known', () => {
    const events = [partner.created(0, ends(200)), partner.license(1, 'Updated')]
    expect(computed({ events, now: 199 })).toMatchObject({ state: 'active', endedAt: null })
    expect(computed({ events, now: 300 })).toMatchObject({ state: 'ended', endedAt: after(200) })
    expect(computed({ events: [], answer: anAgreement({ endsAt: after(200) }), now: 300 })?.state).toBe('ended')
    const extended = [...events, partner.amended(400, ends(days(900)))]
    expect(computed({ events: extended, now: 401 })?.state).toBe('active')
  })

  it('a subscription is ending 24 hours after its end date without an event of AWS', () => {
    const events = [partner.created(0, ends(200)), partner.license(1, 'Updated')]
    const before = computed({ events, now: 100 })
    const at = (now: number) => computed({ events, now, before })?.state
    expect([at(201), at(200 + 24 * 60 - 1), at(200 + 24 * 60)]).toEqual(['active', 'active', 'ending'])
  })

  it('a subscription is ending 24 hours after an end date that an amendment moved back', () => {
    const events = [partner.created(0), partner.license(1, 'Updated')]
    const before = computed({ events, now: 2 })
    const amendedEvents = [...events, partner.amended(3 * 24 * 60, ends(200))]
    expect(computed({ events: amendedEvents, now: 3 * 24 * 60 + 1, before })?.state).toBe('ending')
  })

  it('a subscription stays active if an amendment has a later start', () => {
    const events = [partner.created(0), partner.license(1, 'Updated'), partner.amended(60, starts(600))]
    expect(computed({ events })).toMatchObject({ state: 'active', startsAt: after(600) })
  })
})

describe('the facts', () => {
  it('an end in the year 9999 means no end', () => {
    const forEver = { endTime: '9999-01-01T00:00:00Z' }
    expect(computed({ events: [created(0, forEver)] })?.endsAt).toBeNull()
    expect(computed({ events: [created(0), amended(5, forEver)] })?.endsAt).toBeNull()
    expect(
      computed({ events: [created(0)], answer: anAgreement({ endsAt: new Date('9999-01-01') }) })?.endsAt,
    ).toBeNull()
  })

  it('each fact comes from the newest event or response that has it', () => {
    const events = [created(0, ends(1_000)), license(1, 'Updated'), amended(20, ends(2_000))]
    expect(computed({ events })?.endsAt).toEqual(after(2_000))
    expect(computed({ events, answer: anAgreement({ endsAt: after(3_000) }) })?.endsAt).toEqual(after(3_000))
    const later = [...events, amended(301, ends(4_000))]
    expect(computed({ events: later, answer: anAgreement({ endsAt: after(3_000) }) })?.endsAt).toEqual(after(4_000))
    expect(computed({ events, answer: anAgreement({ endsAt: null }) })?.endsAt).toEqual(after(2_000))
  })

  it('an advisory lasts from its issue to its resolution, by AWS’s time', () => {
    expect(computed({ events: [created(0), advisory(5, 'Issued')] })?.advisoryAt).toEqual(after(5))
    const resolved = [created(0), advisory(8, 'Resolved'), advisory(5, 'Issued')]
    expect(computed({ events: resolved })?.advisoryAt).toBeNull()
  })

  it('the last usage is due one hour after the first of Ended and Deprovisioned, by the event’s time', () => {
    const events = [license(1, 'Updated'), license(30, 'Deprovisioned'), ended(20, 'CANCELLED')]
    expect(computed({ events })?.finalUsageBy).toEqual(after(80))
    expect(computed({ events: events.slice(0, 2) })?.finalUsageBy).toEqual(after(90))
    expect(computed({ events: [license(1, 'Updated'), ended(20, 'RENEWED')] })?.finalUsageBy).toBeNull()
    expect(computed({ events: [], answer: anAgreement({ status: 'CANCELLED' }) })?.finalUsageBy).toBeNull()
  })

  it('an end without an event keeps the time of its first observation', () => {
    const answer = anAgreement({ status: 'CANCELLED' })
    const before = computed({ events: [], answer, now: 300 })
    expect(computed({ events: [], answer, now: 500, before })?.endedAt).toEqual(after(300))
  })

  it('the product is ours if AWS’s response has several', () => {
    const answer = anAgreement({ productIds: ['prod-other', 'prod-ours'] })
    expect(computed({ events: [], answer })).toMatchObject({ productId: 'prod-ours', productCode: 'ours' })
  })
})
