type AwsErrorParts = {
  readonly status?: number
  /** The exception's name in JSON and CBOR. */
  readonly name: string
  readonly message: string
  /** Its code in the Query protocol, when it is another one. */
  readonly queryCode?: string
  /** `com.amazon.coral.…` for errors of AWS's front end; else the service's own. */
  readonly namespace?: string
  /** Further fields of the answer. */
  readonly fields?: Readonly<Record<string, unknown>>
}

export const frontEnd = 'com.amazon.coral.service'

/** An error that AWS answers. */
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

/** The error of AWS's generic parser for a field of the wrong type. */
export function serializationError(message: string): AwsError {
  return new AwsError({ name: 'SerializationException', message, namespace: frontEnd })
}

/** The error of AWS's generic validation. `field` starts with a lower-case letter, as at AWS. */
export function constraintError(field: string, value: string, constraint: string): AwsError {
  const message = `1 validation error detected: ${value} at '${field}' failed to satisfy constraint: ${constraint}`
  return new AwsError({
    name: 'ValidationException',
    queryCode: 'ValidationError',
    message,
    namespace: 'com.amazon.coral.validate',
  })
}

/** The Agreement service's own ValidationException. */
export function validation(reason: string, field: string, message: string): AwsError {
  return new AwsError({ name: 'ValidationException', message, fields: { reason, fields: [{ name: field, message }] } })
}
