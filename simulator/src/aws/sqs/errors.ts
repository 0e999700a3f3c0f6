import { AwsError, frontEnd } from '../aws-error.ts'
import { type Input, numberIn } from '../wire/input.ts'

/** A whole number within bounds; null without a value. */
export function bounded(input: Input, key: string, least: number, most: number): number | null {
  const value = numberIn(input, key)
  if (value === null || (Number.isInteger(value) && value >= least && value <= most)) return value
  const range = `Must be between ${least.toString()} and ${most.toString()}, if provided.`
  throw invalid(`Value ${value.toString()} for parameter ${key} is invalid. Reason: ${range}`)
}

export function invalid(message: string): AwsError {
  return new AwsError({
    name: 'InvalidParameterValueException',
    queryCode: 'InvalidParameterValue',
    message,
    namespace: frontEnd,
  })
}

export function missing(key: string): AwsError {
  return new AwsError({
    name: 'MissingRequiredParameterException',
    queryCode: 'MissingParameter',
    message: `The request must contain the parameter ${key}.`,
    namespace: frontEnd,
  })
}

export function notInFlight(): AwsError {
  return new AwsError({
    name: 'MessageNotInflight',
    queryCode: 'AWS.SimpleQueueService.MessageNotInflight',
    message: 'The message referred to is not in flight.',
  })
}

export function badBatch(length: number): AwsError {
  return length === 0
    ? new AwsError({
        name: 'EmptyBatchRequest',
        queryCode: 'AWS.SimpleQueueService.EmptyBatchRequest',
        message: 'There should be at least one entry in the request.',
      })
    : new AwsError({
        name: 'TooManyEntriesInBatchRequest',
        queryCode: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
        message: `Maximum number of entries per request are 10. You have sent ${length.toString()}.`,
      })
}
