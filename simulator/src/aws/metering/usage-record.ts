import type { Clock } from '../../clock.ts'
import { AwsError, constraintError } from '../aws-error.ts'
import { type Input, numberIn, objectsIn, textIn } from '../wire/input.ts'

const hourMs = 3_600_000

/** A valid usage record. */
export type UsageRecord = {
  readonly given: Input
  readonly at: number
  readonly dimension: string
  readonly quantity: number
  readonly accountId: string | null
  readonly identifier: string | null
  readonly license: string | null
}

/** The customer and the license of a record. At least one of account and identifier is required. */
export function customerIn(given: Input): Pick<UsageRecord, 'accountId' | 'identifier' | 'license'> {
  const accountId = filledTextIn(given, 'CustomerAWSAccountId')
  const identifier = filledTextIn(given, 'CustomerIdentifier')
  const license = filledTextIn(given, 'LicenseArn')
  if (accountId === null && identifier === null) {
    const message = 'Either CustomerIdentifier or CustomerAWSAccountId is required.'
    throw meteringError('InvalidCustomerIdentifierException', message)
  }
  // Only products from before concurrent agreements have customer identifiers.
  if (identifier === null && license === null) {
    throw meteringError('InvalidLicenseException', 'LicenseArn is required for products with concurrent agreements.')
  }
  return { accountId, identifier, license }
}

export function dimensionIn(input: Input, key: string): string {
  const dimension = textIn(input, key) ?? ''
  if (dimension !== '' && !dimension.startsWith('unknown')) return dimension
  throw meteringError(
    'InvalidUsageDimensionException',
    'The usage dimension does not match one of the dimensions of the product.',
  )
}

export function checkAllocations(input: Input, quantity: number): void {
  const allocations = objectsIn(input, 'UsageAllocations')
  if (allocations === null) return
  const tags = allocations.map((allocation) => JSON.stringify(objectsIn(allocation, 'Tags') ?? []))
  const sum = allocations.reduce((total, one) => total + (numberIn(one, 'AllocatedUsageQuantity') ?? 0), 0)
  if (sum !== quantity || new Set(tags).size < tags.length) {
    const message = 'Usage allocations must have distinct tags and add up to the quantity.'
    throw meteringError('InvalidUsageAllocationsException', message)
  }
}

type Limits = { readonly clock: Clock; readonly maxAgeMs: number; readonly field: string }

/** Up to `maxAgeMs` in the past and an hour in the future. */
export function checkedTime(at: number | null, { clock, maxAgeMs, field }: Limits): number {
  if (at === null) throw constraintError(field, 'Value null', 'Member must not be null')
  const ageMs = clock.now() - at
  if (ageMs <= maxAgeMs && ageMs >= -hourMs) return at
  const hours = (maxAgeMs / hourMs).toString()
  throw meteringError(
    'TimestampOutOfBoundsException',
    `Timestamp must be within the last ${hours} hours and not in the future.`,
  )
}

export function filledTextIn(input: Input, key: string): string | null {
  const text = textIn(input, key)
  return text === null || text.trim() === '' ? null : text
}

export function meteringError(name: string, message: string): AwsError {
  return new AwsError({ name, message })
}
