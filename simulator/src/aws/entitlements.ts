import type { Clock } from '../clock.ts'
import { dimensionsOf } from '../market/dimensions.ts'
import type { Market } from '../market/market.ts'
import type { Purchase } from '../market/purchase.ts'
import { AwsError } from './aws-error.ts'
import { regions } from './regions.ts'
import type { Service } from './service.ts'
import { type Input, numberIn, objectIn, textIn, textsIn } from './wire/input.ts'
import { pageNumber, pageToken } from './wire/pages.ts'

const pageSize = 25
const filterNames = ['CUSTOMER_IDENTIFIER', 'CUSTOMER_AWS_ACCOUNT_ID', 'DIMENSION', 'LICENSE_ARN']

type Entitlement = {
  readonly ProductCode: string
  readonly Dimension: string
  readonly CustomerIdentifier?: string
  readonly CustomerAWSAccountId: string
  readonly LicenseArn: string
  readonly Value: object
  readonly ExpirationDate: Date
}

/** The Entitlement service. It has one operation. */
export function createEntitlements(market: Market, clock: Clock): Service {
  return {
    signingName: 'aws-marketplace',
    regions: regions.entitlement,
    namespace: 'com.amazonaws.marketplaceentitlement',
    operations: {
      GetEntitlements: (input) => {
        const productCode = textIn(input, 'ProductCode')
        if (productCode === null || productCode === '') throw invalid('Product code is a required parameter.')
        const size = numberIn(input, 'MaxResults') ?? pageSize
        if (size < 1 || size > pageSize) throw invalid('MaxResults must be between 1 and 25.')
        const matches = filterOf(input)
        const all = market
          .list()
          .filter(({ product }) => product.code === productCode)
          .flatMap((purchase) => entitlementsOf(purchase, clock.now()))
          .filter(matches)
        return pageOf(all, pageNumber(textIn(input, 'NextToken'), invalid), size)
      },
    },
  }
}

/** Adds an empty page if there are several, because AWS may also return empty pages. */
function pageOf(all: readonly Entitlement[], page: number, size: number): object {
  const first = { Entitlements: all.slice(0, size) }
  if (all.length <= size) return page === 0 ? first : { Entitlements: [] }
  if (page === 0) return { ...first, NextToken: pageToken(1) }
  if (page === 1) return { Entitlements: [], NextToken: pageToken(2) }
  const from = (page - 1) * size
  const hasMore = all.length > from + size
  return { Entitlements: all.slice(from, from + size), ...(hasMore && { NextToken: pageToken(page + 1) }) }
}

function entitlementsOf(purchase: Purchase, now: number): readonly Entitlement[] {
  const { activatedAt, options, state } = purchase
  if (activatedAt === null || state === 'deprovisioned' || now < activatedAt + options.entitlementLagMs) return []
  return dimensionsOf(purchase).map(({ name, quantity }) => ({
    ProductCode: purchase.product.code,
    Dimension: name,
    ...(purchase.customerIdentifier && { CustomerIdentifier: purchase.customerIdentifier }),
    CustomerAWSAccountId: purchase.awsAccountId,
    LicenseArn: purchase.licenseArn,
    Value: { IntegerValue: quantity },
    ExpirationDate: new Date(state === 'expired' ? (purchase.endedAt ?? now) : purchase.endsAt),
  }))
}

function filterOf(input: Input): (entitlement: Entitlement) => boolean {
  const filter = objectIn(input, 'Filter') ?? {}
  const unknown = Object.keys(filter).find((name) => !filterNames.includes(name))
  if (unknown !== undefined) throw invalid(`${unknown} is not a filter; there are ${filterNames.join(', ')}.`)
  const values = (name: string) => textsIn(filter, name)
  const [identifiers, accounts] = [values('CUSTOMER_IDENTIFIER'), values('CUSTOMER_AWS_ACCOUNT_ID')]
  const [dimensions, licenses] = [values('DIMENSION'), values('LICENSE_ARN')]
  return (entitlement) =>
    (identifiers?.includes(entitlement.CustomerIdentifier ?? '') ?? true) &&
    (accounts?.includes(entitlement.CustomerAWSAccountId) ?? true) &&
    (dimensions?.includes(entitlement.Dimension) ?? true) &&
    (licenses?.includes(entitlement.LicenseArn) ?? true)
}

function invalid(message: string): AwsError {
  return new AwsError({ name: 'InvalidParameterException', message })
}
