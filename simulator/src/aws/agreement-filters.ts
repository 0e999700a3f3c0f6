import type { Purchase } from '../market/purchase.ts'
import { validation } from './aws-error.ts'
import { type Input, objectsIn, textIn, textsIn } from './wire/input.ts'

type Filters = ReadonlyMap<string, readonly string[]>

type Matches = (purchase: Purchase, values: readonly string[]) => boolean

const matchers: Readonly<Record<string, Matches>> = {
  AgreementType: () => true,
  PartyType: () => true,
  ResourceType: (_purchase, values) => values.includes('SaaSProduct'),
  ResourceIdentifier: ({ product }, values) => values.includes(product.id),
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

export function passes(purchase: Purchase, filters: Filters): boolean {
  return [...filters].every(([name, values]) => matchers[name]?.(purchase, values))
}

/**
 * The filters of a SearchAgreements call. Throws what AWS answers to filters that it does not
 * accept.
 */
export function agreementFilters(input: Input): Filters {
  const filters = new Map<string, readonly string[]>()
  for (const filter of objectsIn(input, 'filters') ?? []) {
    const name = textIn(filter, 'name')
    const values = textsIn(filter, 'values') ?? []
    if (name === null) throw validation('MISSING_FILTER_NAME', 'filters', 'A filter has no name')
    if (!Object.hasOwn(matchers, name)) throw validation('INVALID_FILTER_NAME', 'filters', `${name} is not a filter`)
    if (values.length === 0) throw validation('MISSING_FILTER_VALUES', 'filters', `${name} has no values`)
    if (name.endsWith('Time') && Number.isNaN(timeOf(values[0]))) {
      throw validation('INVALID_FILTER_VALUES', 'filters', `${name} is not a date`)
    }
    filters.set(name, values)
  }
  checkRequired(input, filters)
  return filters
}

function checkRequired(input: Input, filters: Filters): void {
  const catalog = textIn(input, 'catalog')
  if (catalog !== null && catalog !== 'AWSMarketplace')
    throw validation('INVALID_CATALOG', 'catalog', 'Invalid catalog')
  const party = filters.get('PartyType')
  if (party === undefined) throw validation('MISSING_PARTY_TYPE', 'filters', 'PartyType filter is required')
  if (!['Proposer', 'Acceptor'].includes(party[0] ?? '')) {
    throw validation('INVALID_PARTY_TYPE', 'filters', 'PartyType is Proposer or Acceptor')
  }
  if (filters.get('AgreementType')?.[0] !== 'PurchaseAgreement') {
    throw validation('INVALID_AGREEMENT_TYPE', 'filters', 'AgreementType filter is required: PurchaseAgreement')
  }
}

/** ISO 8601, or seconds since 1970. */
function timeOf(value: string | undefined): number {
  return /^\d{9,11}(\.\d+)?$/.test(value ?? '') ? Number(value) * 1000 : Date.parse(value ?? '')
}
