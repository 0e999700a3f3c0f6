import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chainsOf, type Link, type Member } from '../../src/domain/subscription-chain.ts'
import { after, days } from '../support/aws-events.ts'

type Given = Partial<Member['basis']> & Partial<Omit<Member, 'basis' | 'agreementId'>>

/** An agreement that a channel partner sold. */
function sold(agreementId: string, day: number, more: Given = {}): Member {
  const {
    state = 'active',
    productCode = 'ours',
    productId = 'prod-ours',
    licenseId = `l-${agreementId}`,
    ...basis
  } = more
  return {
    ...{ agreementId, state, productCode, productId, licenseId },
    basis: {
      ...{ intent: 'NEW', agreedAt: after(days(day)), closedAt: null, closedBy: null, licensedAt: after(days(day)) },
      ...{ isSoldByPartner: true, previousAgreementId: null, initialAgreementId: null },
      ...basis,
    },
  }
}
const closed = (day: number, state: Member['state']) => ({
  state,
  closedAt: after(days(day)),
  closedBy: 'event' as const,
})

const linkOf = (members: readonly Member[], id = 'b'): Link | undefined => chainsOf(members).get(id)
const none = { previousAgreementId: null, initialAgreementId: null }
const continuesA = { previousAgreementId: 'a', initialAgreementId: 'a' }

describe('a renewal or replacement through a channel partner', () => {
  it.each<[string, readonly Member[], Link]>([
    ['continues the active agreement', [sold('a', 0)], continuesA],
    ['continues the one that was renewed', [sold('a', 0, closed(100, 'superseded'))], continuesA],
    ['continues the one that was renewed 30 days before', [sold('a', 0, closed(70, 'superseded'))], continuesA],
    ['does not continue one that was renewed 31 days before', [sold('a', 0, closed(69, 'superseded'))], none],
    ['does not continue one that was canceled before', [sold('a', 0, closed(99, 'ended'))], none],
    ['continues one that was canceled afterwards', [sold('a', 0, closed(101, 'ended'))], continuesA],
    ['does not continue one that is made later', [sold('a', 101)], none],
    ['does not continue one without a license', [sold('a', 0, { state: 'pending', licenseId: null })], none],
    ['does not continue one of another product', [sold('a', 0, { productCode: 'other', productId: 'prod-x' })], none],
    ['does not choose between two', [sold('a', 0), sold('c', 1)], none],
    [
      'does not continue one that another agreement continues',
      [sold('x', 0, closed(90, 'superseded')), sold('a', 90, { previousAgreementId: 'x' })],
      { previousAgreementId: 'a', initialAgreementId: 'x' },
    ],
  ])('%s', (_, others, link) => {
    for (const intent of ['RENEW', 'REPLACE']) expect(linkOf([...others, sold('b', 100, { intent })])).toEqual(link)
  })

  it('an agreement continues the one that AWS returns, regardless of others', () => {
    const named = sold('b', 100, { intent: 'RENEW', previousAgreementId: 'z' })
    expect(linkOf([sold('a', 0), named])).toEqual({ previousAgreementId: 'z', initialAgreementId: 'z' })
  })

  it('the initial agreement stays the same through a chain', () => {
    const chain = [
      sold('a', 0, closed(100, 'superseded')),
      sold('b', 100, { intent: 'RENEW', ...closed(120, 'superseded') }),
      sold('c', 120, { intent: 'REPLACE' }),
    ]
    expect(linkOf(chain, 'c')).toEqual({ previousAgreementId: 'b', initialAgreementId: 'a' })
  })
})

describe('an agreement', () => {
  it('a new agreement is a separate purchase', () => {
    expect(linkOf([sold('a', 0), sold('b', 100)])).toEqual(none)
  })

  it('a direct sale continues only an agreement that AWS returns', () => {
    const renewal = { intent: 'RENEW', isSoldByPartner: false }
    expect(linkOf([sold('a', 0), sold('b', 100, renewal)])).toEqual(none)
    const named = { ...renewal, initialAgreementId: 'a' }
    expect(linkOf([sold('a', 0), sold('b', 100, named)])).toEqual({
      previousAgreementId: null,
      initialAgreementId: 'a',
    })
  })

  it('agreements that refer to each other still have a link', () => {
    const circle = [sold('a', 0, { previousAgreementId: 'b' }), sold('b', 1, { previousAgreementId: 'a' })]
    expect(linkOf(circle)).toMatchObject({ previousAgreementId: 'a' })
  })
})

describe('the links of one account', () => {
  it('the links of an account do not depend on the order of its agreements', () => {
    const member = fc
      .record({
        id: fc.integer({ min: 0, max: 99 }),
        day: fc.integer({ min: 0, max: 60 }),
        intent: fc.constantFrom('NEW', 'RENEW', 'REPLACE'),
        state: fc.constantFrom('active', 'superseded', 'ended', 'pending'),
        closedOn: fc.integer({ min: 0, max: 90 }),
      })
      .map(({ id, day, intent, state, closedOn }) =>
        sold(`agmt-${String(id)}`, day, {
          ...{ intent, state },
          ...(state === 'superseded' || state === 'ended' ? closed(Math.max(day, closedOn), state) : {}),
        }),
      )
    const account = fc.uniqueArray(member, { maxLength: 6, selector: ({ agreementId }) => agreementId })
    const shuffled = account.chain((members) =>
      fc.tuple(fc.constant(members), fc.shuffledSubarray(members, { minLength: members.length })),
    )
    fc.assert(
      fc.property(shuffled, ([members, others]) => {
        expect(Object.fromEntries(chainsOf(others))).toEqual(Object.fromEntries(chainsOf(members)))
      }),
    )
  })
})
