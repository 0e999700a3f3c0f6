export type AwsErrorParts = {
  readonly status?: number
  /** The exception's name in JSON and CBOR. */
  readonly name: string
  readonly message: string
  /** Its code in the Query protocol, where that is another. */
  readonly queryCode?: string
  /** `com.amazon.coral.…` for what AWS's front end refuses; else the service's own. */
  readonly namespace?: string
  /** What the answer holds besides type and message. */
  readonly fields?: Readonly<Record<string, unknown>>
}

export const frontEnd = 'com.amazon.coral.service'

/** A refusal the way AWS says it. */
export class AwsError extends Error {
  readonly status: number
  readonly queryCode: string
  readonly namespace: string | null
  readonly fields: Readonly<Record<string, unknown>>

  constructor(parts: AwsErrorParts) {
    super(parts.message)
    this.name = parts.name
    this.status = parts.status ?? 400
    this.queryCode = parts.queryCode ?? parts.name
    this.namespace = parts.namespace ?? null
    this.fields = parts.fields ?? {}
  }
}

/** What AWS's generic parser answers for a field of the wrong type. */
export function serializationError(message: string): AwsError {
  return new AwsError({ name: 'SerializationException', message, namespace: frontEnd })
}

/** `field` is spelled as AWS does: its first letter small. */
export function validationError(field: string, value: string, constraint: string): AwsError {
  const message = `1 validation error detected: ${value} at '${field}' failed to satisfy constraint: ${constraint}`
  return new AwsError({
    name: 'ValidationException',
    queryCode: 'ValidationError',
    message,
    namespace: 'com.amazon.coral.validate',
  })
}
