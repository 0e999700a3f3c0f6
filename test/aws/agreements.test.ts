import { describe, expect, it, vi } from 'vitest'
import { createSearchAgreements } from '../../src/aws/agreements.ts'
import { itemsOf } from '../../src/aws/pages.ts'
import type { SearchAgreements } from '../../src/domain/agreement.ts'
import type { ErrorCode } from '../../src/errors.ts'
import { purchasesOf, send } from '../../simulator/test/clients.ts'
import { failure } from '../support/failure.ts'
import { type Answer, aws, hangs, awsError, says } from '../support/front-end.ts'

const productId = 'prod-ours000000001'
const role = { arn: 'arn:aws:iam::111122223333:role/landing', externalId: null }

async function someAgreements(more: { deadlineMs?: number; role?: typeof role; region?: string } = {}) {
  const { simulator, frontEnd } = await aws({ productCode: 'ours', productId })
  const pages = createSearchAgreements({ region: 'us-east-1', role: null, ...more })
  const search = (...[wanted]: Parameters<SearchAgreements>) => itemsOf(pages(wanted))
  const move = (purchase: string, event: string) => send(simulator, `/purchases/${purchase}/events`, { event })
  return { simulator, frontEnd, search, move }
}

const aHit = { agreementId: 'agmt-1', status: 'ACTIVE' }

describe('agreements', () => {
  it('finds the agreements of a product with all their facts', async () => {
    const { simulator, frontEnd, search, move } = await someAgreements()
    const { purchase, customer } = simulator.issueToken('new-buyer')
    simulator.issueToken('other-product')
    await move(purchase, 'activate')
    const [made] = await purchasesOf(simulator)
    expect(await search({ productId })).toEqual([
      {
        agreementId: made?.agreementId,
        status: 'ACTIVE',
        startsAt: expect.any(Date) as Date,
        endsAt: expect.any(Date) as Date,
        awsAccountId: customer.awsAccountId,
        initialAgreementId: made?.agreementId,
        licenseArns: [customer.licenseArn],
        productIds: [productId],
      },
    ])
    expect(frontEnd.seen).toMatchObject([
      { target: 'AWSMPCommerceService_v20200301.SearchAgreements', region: 'us-east-1', hasSessionToken: false },
    ])
  })

  it('finds an agreement by license only after activation', async () => {
    const { simulator, search, move } = await someAgreements()
    const { purchase, customer } = simulator.issueToken('new-buyer')
    simulator.issueToken('new-buyer')
    const licenseArn = customer.licenseArn ?? ''
    expect(await search({ licenseArn })).toEqual([])
    await move(purchase, 'activate')
    expect(await search({ licenseArn })).toMatchObject([{ licenseArns: [licenseArn], productIds: [productId] }])
  })

  it('returns the initial agreement through renewals', async () => {
    const { simulator, search, move } = await someAgreements()
    const { purchase } = simulator.issueToken('new-buyer')
    await move(purchase, 'activate')
    await move(purchase, 'renew')
    const found = await search({ productId })
    const [old] = await purchasesOf(simulator)
    expect(found.map(({ initialAgreementId }) => initialAgreementId)).toEqual([old?.agreementId, old?.agreementId])
    expect(found.map(({ status }) => status).sort()).toEqual(['ACTIVE', 'RENEWED'])
  })

  it('reads every page of agreements once', async () => {
    const { simulator, frontEnd, search } = await someAgreements()
    for (let count = 0; count < 120; count += 1) simulator.issueToken('new-buyer')
    const found = await search({ productId })
    expect(new Set(found.map(({ agreementId }) => agreementId)).size).toBe(120)
    expect(frontEnd.seen).toHaveLength(3)
  })

  it('continues after an empty page of agreements', async () => {
    const { frontEnd, search } = await someAgreements()
    frontEnd.answerNext(says({ agreementViewSummaries: [], nextToken: 'x' }), says({ agreementViewSummaries: [aHit] }))
    expect(await search({ productId })).toHaveLength(1)
  })

  it('fails with a hint if there are more than 200 pages of agreements', async () => {
    const { frontEnd, search } = await someAgreements()
    const page = says({ agreementViewSummaries: [aHit], nextToken: 'x' })
    frontEnd.answerNext(...Array.from({ length: 201 }, () => page))
    const { code, details } = await failure(search({ productId }))
    expect(code).toBe('internal')
    expect(details.hint).toContain('RECONCILE_MINUTES')
    expect(frontEnd.seen).toHaveLength(200)
  })

  it.each([
    ['9999-01-01T00:00:00Z', new Date('9999-01-01T00:00:00Z')],
    ['2027-05-01T00:00:00Z', new Date('2027-05-01T00:00:00Z')],
  ])('reads the end %s of an agreement as %s', async (end, endsAt) => {
    const { frontEnd, search } = await someAgreements()
    frontEnd.answerNext(says({ agreementViewSummaries: [{ ...aHit, endTime: Date.parse(end) / 1000 }] }))
    expect((await search({ productId }))[0]?.endsAt).toEqual(endsAt)
  })

  it('accepts an agreement with an id and a status only', async () => {
    const { frontEnd, search } = await someAgreements()
    frontEnd.answerNext(says({ agreementViewSummaries: [{ ...aHit, endTime: null, entitlements: [{}] }] }))
    expect(await search({ productId })).toEqual([
      {
        ...aHit,
        startsAt: null,
        endsAt: null,
        awsAccountId: null,
        initialAgreementId: null,
        licenseArns: [],
        productIds: [],
      },
    ])
    frontEnd.answerNext(says({}))
    expect(await search({ productId })).toEqual([])
  })
})

describe('a search', () => {
  it('searches agreements with the role, in the Region of the partition', async () => {
    const { frontEnd, search } = await someAgreements({ role, region: 'eu-central-1' })
    await search({ productId })
    expect(frontEnd.seen).toMatchObject([{ region: 'us-east-1', hasSessionToken: true }])
    await itemsOf(createSearchAgreements({ region: 'eusc-de-east-1', role: null })({ productId }))
    expect(frontEnd.seen).toMatchObject([{}, { region: 'eusc-de-east-1' }])
  })

  it.each<[string, ErrorCode, string]>([
    ['com.amazon.coral.service#AccessDeniedException', 'marketplace-denied', 'aws-marketplace:SearchAgreements'],
    ['com.amazonaws.marketplaceagreement#AccessDeniedException', 'marketplace-denied', 'marketplace:SearchAgreements'],
    ['com.amazon.coral.service#UnrecognizedClientException', 'marketplace-denied', 'AWS_ACCESS_KEY_ID'],
    ['com.amazon.coral.service#ExpiredTokenException', 'marketplace-denied', 'expired'],
    ['com.amazonaws.marketplaceagreement#ValidationException', 'internal', ''],
  ])('a search that fails with %s is %s', async (type, code, hint) => {
    const { frontEnd, search } = await someAgreements()
    frontEnd.answerNext(awsError(type))
    const error = await failure(search({ productId }))
    expect(error.code).toBe(code)
    expect(error.details.hint ?? '').toContain(hint)
    expect(error.details.facts).toMatchObject({
      action: 'aws-marketplace:SearchAgreements',
      awsRequestId: 'request-1',
      durationMs: expect.any(Number) as number,
    })
  })

  it('retries a throttled page of agreements, and fails as busy if throttling continues', async () => {
    const { simulator, frontEnd, search } = await someAgreements()
    const throttled = awsError('com.amazonaws.marketplaceagreement#ThrottlingException')
    simulator.issueToken('new-buyer')
    frontEnd.answerNext(says({ agreementViewSummaries: [aHit], nextToken: 'cGFnZSAw' }), throttled)
    expect(await search({ productId })).toHaveLength(2)
    frontEnd.answerNext(throttled, throttled, throttled)
    const { code, details } = await failure(search({ productId }))
    expect(code).toBe('marketplace-busy')
    expect(details.facts).toMatchObject({ attempts: 3 })
  })

  it('ends a search at its deadline while AWS hangs and between two attempts', async () => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.9)
    const { frontEnd, search } = await someAgreements({ deadlineMs: 200 })
    for (const answer of [hangs, awsError('com.amazonaws.marketplaceagreement#ThrottlingException')]) {
      frontEnd.answerNext(answer, hangs)
      const startedAt = performance.now()
      expect((await failure(search({ productId }))).code).toBe('marketplace-unreachable')
      expect(performance.now() - startedAt).toBeLessThan(5_000)
    }
    random.mockRestore()
  })

  it('fails if the response to a search is unreadable or endless', async () => {
    const { frontEnd, search } = await someAgreements()
    frontEnd.answerNext(says({ agreementViewSummaries: [{ status: 'ACTIVE' }] }))
    expect((await failure(search({ productId }))).code).toBe('marketplace-failed')
    const html: Answer = (response) => response.writeHead(200).end('<html>')
    frontEnd.answerNext(html)
    expect((await failure(search({ productId }))).code).toBe('marketplace-failed')
    const endless = says({ agreementViewSummaries: [{ ...aHit, agreementType: 'x'.repeat(2 ** 20) }] })
    frontEnd.answerNext(endless)
    expect((await failure(search({ productId }))).code).toBe('marketplace-failed')
  })

  it('fails as unreachable if a search cannot connect to AWS', async () => {
    const { search } = await someAgreements()
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:9')
    expect((await failure(search({ productId }))).code).toBe('marketplace-unreachable')
  })
})
