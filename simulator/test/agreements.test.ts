import {
  DescribeAgreementCommand,
  GetAgreementTermsCommand,
  SearchAgreementsCommand,
} from '@aws-sdk/client-marketplace-agreement'
import { describe, expect, it } from 'vitest'
import { clientsOf, purchasesOf, requestId, send } from './clients.ts'
import { aSimulator, rejection } from './support.ts'

type Filters = Readonly<Record<string, string>>

async function someAgreements() {
  const simulator = await aSimulator({ productCode: 'ours', productId: 'prod-ours000000001' })
  const { agreement } = clientsOf(simulator)
  const search = (filters: Filters = {}, more: object = {}) => {
    const all: Filters = { PartyType: 'Proposer', AgreementType: 'PurchaseAgreement', ...filters }
    const list = Object.entries(all).filter(([, value]) => value !== '')
    return agreement.send(
      new SearchAgreementsCommand({ filters: list.map(([name, value]) => ({ name, values: [value] })), ...more }),
    )
  }
  const apply = (purchase: string, event: string) => send(simulator, `/purchases/${purchase}/events`, { event })
  return { simulator, agreement, search, apply }
}

describe('SearchAgreements, seen through the SDK', () => {
  it('SearchAgreements finds a new agreement, and finds it by its license after activation', async () => {
    const { simulator, search, apply } = await someAgreements()
    const { purchase, customer } = simulator.issueToken('new-buyer')
    const [made] = await purchasesOf(simulator)
    const [found] = (await search()).agreementViewSummaries ?? []
    expect(found).toMatchObject({
      agreementId: made?.agreementId,
      initialAgreementId: made?.agreementId,
      status: 'ACTIVE',
      agreementType: 'PurchaseAgreement',
      acceptor: { accountId: customer.awsAccountId },
      proposer: { accountId: '111122223333' },
      proposalSummary: { resources: [{ id: 'prod-ours000000001', type: 'SaaSProduct' }] },
    })
    expect(found?.startTime).toBeInstanceOf(Date)
    expect(found).not.toHaveProperty('entitlements')
    const byLicense = () => search({ LicenseArn: customer.licenseArn ?? '' })
    expect((await byLicense()).agreementViewSummaries).toEqual([])
    await apply(purchase, 'activate')
    const answer = await byLicense()
    expect(answer.agreementViewSummaries?.[0]?.entitlements).toEqual([{ licenseArn: customer.licenseArn }])
    expect(answer.$metadata.requestId).toMatch(requestId)
  })

  it('SearchAgreements filters by product, status and last update', async () => {
    const { simulator, search, apply } = await someAgreements()
    const first = simulator.issueToken('new-buyer')
    simulator.issueToken('other-product')
    await apply(first.purchase, 'cancel')
    expect((await search({ ResourceIdentifier: 'prod-ours000000001' })).agreementViewSummaries).toHaveLength(1)
    expect((await search({ Status: 'ACTIVE' })).agreementViewSummaries).toHaveLength(1)
    expect((await search({ Status: 'CANCELLED' })).agreementViewSummaries).toHaveLength(1)
    simulator.advanceClock(3_600_000)
    simulator.issueToken('new-buyer')
    const AfterLastUpdateTime = new Date(Date.now() + 1_800_000).toISOString()
    expect((await search({ AfterLastUpdateTime })).agreementViewSummaries).toHaveLength(1)
  })

  it('SearchAgreements keeps the initial agreement through renewals', async () => {
    const { simulator, search, apply } = await someAgreements()
    const { purchase } = simulator.issueToken('new-buyer')
    await apply(purchase, 'activate')
    await apply(purchase, 'renew')
    const [old] = await purchasesOf(simulator)
    const found = (await search({ InitialAgreementId: old?.agreementId ?? '' })).agreementViewSummaries ?? []
    expect(found.map(({ status }) => status).sort()).toEqual(['ACTIVE', 'RENEWED'])
  })

  it('SearchAgreements returns pages', async () => {
    const { simulator, search } = await someAgreements()
    for (let count = 0; count < 5; count += 1) simulator.issueToken('new-buyer')
    const first = await search({}, { maxResults: 3 })
    const second = await search({}, { maxResults: 3, nextToken: first.nextToken })
    const ids = [first, second].flatMap(({ agreementViewSummaries = [] }) =>
      agreementViewSummaries.map((one) => one.agreementId),
    )
    expect(new Set(ids).size).toBe(5)
    expect(second.nextToken).toBeUndefined()
  })

  it('SearchAgreements finds neither sales of a channel partner nor purchases of the seller', async () => {
    const { simulator, search } = await someAgreements()
    simulator.issueToken('new-buyer', { purchase: { channelPartner: true } })
    expect((await search()).agreementViewSummaries).toEqual([])
    simulator.issueToken('new-buyer')
    expect((await search({ PartyType: 'Acceptor' })).agreementViewSummaries).toEqual([])
  })

  it.each([
    ['a missing party', 'MISSING_PARTY_TYPE', { PartyType: '' }],
    ['an unknown party', 'INVALID_PARTY_TYPE', { PartyType: 'Someone' }],
    ['a missing agreement type', 'INVALID_AGREEMENT_TYPE', { AgreementType: '' }],
    ['an unknown filter', 'INVALID_FILTER_NAME', { Color: 'red' }],
    ['an invalid date', 'INVALID_FILTER_VALUES', { AfterLastUpdateTime: 'soon' }],
  ])('SearchAgreements refuses %s with %s', async (_, reason, filters) => {
    const { search } = await someAgreements()
    const error = await rejection(search(filters))
    expect(error).toMatchObject({ name: 'ValidationException', reason })
    expect(error['$metadata']).toMatchObject({
      httpStatusCode: 400,
      requestId: expect.stringMatching(requestId) as never,
    })
  })
})

describe('DescribeAgreement, seen through the SDK', () => {
  it('DescribeAgreement finds the seller’s own agreements only', async () => {
    const { simulator, agreement } = await someAgreements()
    simulator.issueToken('new-buyer')
    simulator.issueToken('new-buyer', { purchase: { channelPartner: true } })
    const [own, partners] = await purchasesOf(simulator)
    const describe = (agreementId?: string) => agreement.send(new DescribeAgreementCommand({ agreementId }))
    expect(await describe(own?.agreementId)).toMatchObject({ agreementId: own?.agreementId, status: 'ACTIVE' })
    const error = await rejection(describe(partners?.agreementId))
    expect(error).toMatchObject({ name: 'ResourceNotFoundException', resourceId: partners?.agreementId })
  })
})

describe('GetAgreementTerms, seen through the SDK', () => {
  const terms = async (purchase: object = {}) => {
    const { simulator, agreement, apply } = await someAgreements()
    const issued = simulator.issueToken('new-buyer', { purchase })
    const [made] = await purchasesOf(simulator)
    const get = (more: object = {}) =>
      agreement.send(new GetAgreementTermsCommand({ agreementId: made?.agreementId, ...more }))
    return { get, apply: (event: string) => apply(issued.purchase, event) }
  }

  it('GetAgreementTerms returns the dates, the renewal and the dimensions of a contract', async () => {
    const { get, apply } = await terms()
    await apply('activate')
    await apply('amend')
    const { acceptedTerms = [], nextToken } = await get()
    expect(nextToken).toBeUndefined()
    expect(acceptedTerms.flatMap((term) => Object.keys(term))).toEqual([
      'legalTerm',
      'supportTerm',
      'validityTerm',
      'renewalTerm',
      'configurableUpfrontPricingTerm',
    ])
    expect(acceptedTerms[2]?.validityTerm?.agreementEndDate).toBeInstanceOf(Date)
    expect(acceptedTerms[3]?.renewalTerm?.configuration).toEqual({ enableAutoRenew: true })
    expect(acceptedTerms[4]?.configurableUpfrontPricingTerm?.configuration?.dimensions).toEqual([
      { dimensionKey: 'seats', dimensionValue: 15 },
      { dimensionKey: 'projects', dimensionValue: 3 },
    ])
  })

  it('GetAgreementTerms returns the price of a purchase with usage pricing, in pages', async () => {
    const { get } = await terms({ entitlementCount: 0 })
    const first = await get({ maxResults: 2 })
    expect(first.acceptedTerms).toHaveLength(2)
    const second = await get({ maxResults: 2, nextToken: first.nextToken })
    expect(second.acceptedTerms?.flatMap((term) => Object.keys(term))).toEqual(['usageBasedPricingTerm'])
    expect(second.nextToken).toBeUndefined()
  })

  it('GetAgreementTerms does not find the agreement of a channel partner', async () => {
    const { get } = await terms({ channelPartner: true })
    expect((await rejection(get())).name).toBe('ResourceNotFoundException')
  })
})
