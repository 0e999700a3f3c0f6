import { proposerOf } from '../market/event-bodies.ts'
import type { Market } from '../market/market.ts'
import { sellerAccount } from '../market/purchase-options.ts'
import { noEnd, type Purchase } from '../market/purchase.ts'
import { agreementFilters, passes } from './agreement-filters.ts'
import { termsOf } from './agreement-terms.ts'
import { AwsError, validation } from './aws-error.ts'
import { regions } from './regions.ts'
import type { Service } from './service.ts'
import { type Input, isInput, numberIn, textIn } from './wire/input.ts'
import { pageNumber, pageToken } from './wire/pages.ts'

const maxPageSize = 50

/** The Agreement service, as the seller account calls it. */
export function createAgreements(market: Market): Service {
  return {
    signingName: 'aws-marketplace',
    regions: regions.agreement,
    namespace: 'com.amazonaws.marketplaceagreement',
    operations: {
      SearchAgreements: (input) => {
        const filters = agreementFilters(input)
        const isProposer = filters.get('PartyType')?.[0] === 'Proposer'
        const found = (isProposer ? proposedIn(market) : []).filter((purchase) => passes(purchase, filters))
        return pageOf(sorted(input, found).map(summaryOf), 'agreementViewSummaries', input)
      },
      DescribeAgreement: (input) => {
        const purchase = agreementIn(input, market)
        return { ...factsOf(purchase), estimatedCharges: { currencyCode: 'USD', agreementValue: '1200.00' } }
      },
      GetAgreementTerms: (input) => pageOf(termsOf(agreementIn(input, market)), 'acceptedTerms', input),
    },
  }
}

/** The agreements that the seller proposed. The seller is not a party of a channel partner's agreement. */
function proposedIn(market: Market): readonly Purchase[] {
  return market.list().filter((purchase) => proposerOf(purchase) === sellerAccount)
}

function agreementIn(input: Input, market: Market): Purchase {
  const agreementId = textIn(input, 'agreementId')
  if (agreementId === null) throw validation('MISSING_AGREEMENT_ID', 'agreementId', 'agreementId is required')
  const purchase = proposedIn(market).find((other) => other.agreementId === agreementId)
  if (purchase !== undefined) return purchase
  throw new AwsError({
    name: 'ResourceNotFoundException',
    message: `Agreement ${agreementId} was not found`,
    fields: { resourceId: agreementId, resourceType: 'Agreement' },
  })
}

function pageOf(all: readonly object[], key: string, input: Input): object {
  const size = numberIn(input, 'maxResults') ?? maxPageSize
  if (size < 1 || size > maxPageSize) {
    throw validation('INVALID_MAX_RESULTS', 'maxResults', 'maxResults must be 1 to 50')
  }
  const page = pageNumber(textIn(input, 'nextToken'), (message) =>
    validation('INVALID_NEXT_TOKEN', 'nextToken', message),
  )
  const hasMore = all.length > (page + 1) * size
  return { [key]: all.slice(page * size, (page + 1) * size), ...(hasMore && { nextToken: pageToken(page + 1) }) }
}

function sorted({ sort }: Input, purchases: readonly Purchase[]): readonly Purchase[] {
  const order = [...purchases].sort((a, b) => a.endsAt - b.endsAt)
  return isInput(sort) && sort['sortOrder'] === 'ASCENDING' ? order : order.reverse()
}

function factsOf(purchase: Purchase): object {
  return {
    agreementId: purchase.agreementId,
    acceptanceTime: new Date(purchase.acceptedAt),
    startTime: new Date(purchase.startsAt),
    ...(purchase.endsAt < noEnd && { endTime: new Date(purchase.endsAt) }),
    agreementType: 'PurchaseAgreement',
    acceptor: { accountId: purchase.awsAccountId },
    proposer: { accountId: proposerOf(purchase) },
    proposalSummary: { resources: [{ id: purchase.product.id, type: 'SaaSProduct' }], offerId: purchase.offerId },
    status: purchase.agreementStatus,
    initialAgreementId: purchase.initialAgreementId,
  }
}

function summaryOf(purchase: Purchase): object {
  return {
    ...factsOf(purchase),
    lastUpdateTime: new Date(purchase.updatedAt),
    ...(purchase.activatedAt !== null && { entitlements: [{ licenseArn: purchase.licenseArn }] }),
  }
}
