import type { Market } from '../market/market.ts'
import { proposerOf } from '../market/envelopes.ts'
import { noEnd, type Purchase } from '../market/purchase.ts'
import { sellerAccount } from '../market/purchase-options.ts'
import { termsOf } from './agreement-terms.ts'
import { AwsError } from './aws-error.ts'
import { type Input, numberIn, objectsIn, textIn, textsIn } from './wire/input.ts'
import { pageNumber, pageToken } from './wire/pages.ts'
import { regions } from './regions.ts'
import type { Service } from './service.ts'

const most = 50

type Filters = ReadonlyMap<string, readonly string[]>

/** What a filter lets through. */
const matches: Readonly<Record<string, (purchase: Purchase, values: readonly string[]) => boolean>> = {
  AgreementType: () => true,
  PartyType: () => true,
  ResourceType: (_purchase, values) => values.includes('SaaSProduct'),
  ResourceIdentifier: ({ productId }, values) => values.includes(productId),
  AcceptorAccountId: ({ awsAccountId }, values) => values.includes(awsAccountId),
  OfferId: ({ offerId }, values) => values.includes(offerId),
  Status: ({ agreementStatus }, values) => values.includes(agreementStatus),
  InitialAgreementId: ({ initialAgreementId }, values) => values.includes(initialAgreementId),
  LicenseArn: (purchase, values) => purchase.activatedAt !== null && values.includes(purchase.licenseArn),
  AfterLastUpdateTime: ({ updatedAt }, [value]) => updatedAt > timeOf(value),
  BeforeLastUpdateTime: ({ updatedAt }, [value]) => updatedAt < timeOf(value),
  AfterStartTime: ({ startsAt }, [value]) => startsAt > timeOf(value),
  BeforeStartTime: ({ startsAt }, [value]) => startsAt < timeOf(value),
  AfterEndTime: ({ endsAt }, [value]) => endsAt > timeOf(value),
  BeforeEndTime: ({ endsAt }, [value]) => endsAt < timeOf(value),
}

/** The Agreement service, as the seller account calls it. */
export function createAgreements(market: Market): Service {
  return {
    signingName: 'aws-marketplace',
    regions: regions.agreement,
    namespace: 'com.amazonaws.marketplaceagreement',
    operations: {
      SearchAgreements: (input) => {
        const filters = filtersOf(input)
        const found = seen(market, filters).filter((purchase) => passes(purchase, filters))
        return pageOf(sorted(input, found).map(summary), 'agreementViewSummaries', input)
      },
      DescribeAgreement: (input) => {
        const purchase = agreementIn(input, market)
        return { ...common(purchase), estimatedCharges: { currencyCode: 'USD', agreementValue: '1200.00' } }
      },
      GetAgreementTerms: (input) => pageOf(termsOf(agreementIn(input, market)), 'acceptedTerms', input),
    },
  }
}

function pageOf(all: readonly object[], key: string, input: Input): object {
  const size = numberIn(input, 'maxResults') ?? most
  if (size < 1 || size > most) throw invalid('INVALID_MAX_RESULTS', 'maxResults', 'maxResults must be 1 to 50')
  const page = pageNumber(textIn(input, 'nextToken'), (message) => invalid('INVALID_NEXT_TOKEN', 'nextToken', message))
  const more = all.length > (page + 1) * size
  return { [key]: all.slice(page * size, (page + 1) * size), ...(more && { nextToken: pageToken(page + 1) }) }
}

function agreementIn(input: Input, market: Market): Purchase {
  const agreementId = textIn(input, 'agreementId')
  if (agreementId === null) throw invalid('MISSING_AGREEMENT_ID', 'agreementId', 'agreementId is required')
  const purchase = ofSeller(market).find((other) => other.agreementId === agreementId)
  if (purchase === undefined) throw notFound(agreementId)
  return purchase
}

// The maker of the software is no party of what a channel partner sold.
function ofSeller(market: Market): readonly Purchase[] {
  return market.list().filter((purchase) => proposerOf(purchase) === sellerAccount)
}

function seen(market: Market, filters: Filters): readonly Purchase[] {
  const [party] = filters.get('PartyType') ?? []
  return party === 'Proposer' ? ofSeller(market) : []
}

function passes(purchase: Purchase, filters: Filters): boolean {
  return [...filters].every(([name, values]) => matches[name]?.(purchase, values))
}

function filtersOf(input: Input): Filters {
  const filters = new Map<string, readonly string[]>()
  for (const filter of objectsIn(input, 'filters') ?? []) {
    const name = textIn(filter, 'name')
    const values = textsIn(filter, 'values') ?? []
    if (name === null) throw invalid('MISSING_FILTER_NAME', 'filters', 'A filter has no name')
    if (!Object.hasOwn(matches, name)) throw invalid('INVALID_FILTER_NAME', 'filters', `${name} is not a filter`)
    if (values.length === 0) throw invalid('MISSING_FILTER_VALUES', 'filters', `${name} has no values`)
    if (name.endsWith('Time') && Number.isNaN(timeOf(values[0]))) {
      throw invalid('INVALID_FILTER_VALUES', 'filters', `${name} is not a date`)
    }
    filters.set(name, values)
  }
  const catalog = textIn(input, 'catalog')
  if (catalog !== null && catalog !== 'AWSMarketplace') throw invalid('INVALID_CATALOG', 'catalog', 'Invalid catalog')
  const party = filters.get('PartyType')
  if (party === undefined) throw invalid('MISSING_PARTY_TYPE', 'filters', 'PartyType filter is required')
  if (!['Proposer', 'Acceptor'].includes(party[0] ?? '')) {
    throw invalid('INVALID_PARTY_TYPE', 'filters', 'PartyType is Proposer or Acceptor')
  }
  if (filters.get('AgreementType')?.[0] !== 'PurchaseAgreement') {
    throw invalid('INVALID_AGREEMENT_TYPE', 'filters', 'AgreementType filter is required: PurchaseAgreement')
  }
  return filters
}

function sorted(input: Input, purchases: readonly Purchase[]): readonly Purchase[] {
  const sort = input['sort']
  const ascending = typeof sort === 'object' && sort !== null && 'sortOrder' in sort && sort.sortOrder === 'ASCENDING'
  const order = [...purchases].sort((a, b) => a.endsAt - b.endsAt)
  return ascending ? order : order.reverse()
}

function common(purchase: Purchase): object {
  return {
    agreementId: purchase.agreementId,
    acceptanceTime: new Date(purchase.acceptedAt),
    startTime: new Date(purchase.startsAt),
    ...(purchase.endsAt < noEnd && { endTime: new Date(purchase.endsAt) }),
    agreementType: 'PurchaseAgreement',
    acceptor: { accountId: purchase.awsAccountId },
    proposer: { accountId: proposerOf(purchase) },
    proposalSummary: { resources: [{ id: purchase.productId, type: 'SaaSProduct' }], offerId: purchase.offerId },
    status: purchase.agreementStatus,
    initialAgreementId: purchase.initialAgreementId,
  }
}

function summary(purchase: Purchase): object {
  return {
    ...common(purchase),
    lastUpdateTime: new Date(purchase.updatedAt),
    ...(purchase.activatedAt !== null && { entitlements: [{ licenseArn: purchase.licenseArn }] }),
  }
}

/** ISO 8601, or seconds since 1970. */
function timeOf(value: string | undefined): number {
  return /^\d{9,11}(\.\d+)?$/.test(value ?? '') ? Number(value) * 1000 : Date.parse(value ?? '')
}

function invalid(reason: string, field: string, message: string): AwsError {
  return new AwsError({ name: 'ValidationException', message, fields: { reason, fields: [{ name: field, message }] } })
}

function notFound(resourceId: string): AwsError {
  const message = `Agreement ${resourceId} was not found`
  return new AwsError({ name: 'ResourceNotFoundException', message, fields: { resourceId, resourceType: 'Agreement' } })
}
