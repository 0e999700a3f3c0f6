import { AwsError } from '../aws-error.ts'
import { type Input, numberIn, objectsIn, textIn } from '../wire/input.ts'

export function dimensionIn(input: Input, key: string): string {
  const dimension = textIn(input, key) ?? ''
  if (dimension !== '' && !dimension.startsWith('unknown')) return dimension
  throw refusal(
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
    throw refusal('InvalidUsageAllocationsException', message)
  }
}

export function refusal(name: string, message: string): AwsError {
  return new AwsError({ name, message })
}
