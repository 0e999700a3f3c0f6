/** All failure codes. A code is the name of the page, the `code` of the log line and the label of the metric. */
export const errorCodes = [
  'token-missing',
  'token-malformed',
  'token-invalid',
  'token-expired',
  'marketplace-busy',
  'service-busy',
  'marketplace-failed',
  'marketplace-unreachable',
  'marketplace-disabled',
  'marketplace-denied',
  'customer-incomplete',
  'product-unknown',
  'customer-mismatch',
  'connection-insecure',
  'session-expired',
  'cookies-blocked',
  'form-outdated',
  'form-forged',
  'too-many-requests',
  'request-unreadable',
  'not-found',
  'method-not-allowed',
  'store-unavailable',
  'internal',
] as const

export type ErrorCode = (typeof errorCodes)[number]

/** Details of a failure. Only `retryFields` is shown on the page; the rest is for the log and the headers. */
export type Details = {
  /** The original error. Logged once, with name, message and stack. */
  readonly cause?: unknown
  /** The fix for the on-call engineer: the variable, IAM statement or setting to change. */
  readonly hint?: string
  /** More fields for the log line: `tokenHash`, `awsRequestId`, `attempts`, … */
  readonly facts?: Readonly<Record<string, unknown>>
  /** Overrides the status of a code that has several (400, 413 and 415 of the body parser). */
  readonly status?: number
  /** Fields that the Try again form sends in addition to the original ones. */
  readonly retryFields?: Readonly<Record<string, string>>
  /** Overrides the code's usual time for trying again. */
  readonly retryAfterSeconds?: number
  /** Response headers of the failure, such as `Allow`. */
  readonly headers?: Readonly<Record<string, string>>
}

/** The only error class that crosses layers. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly details: Details

  constructor(code: ErrorCode, details: Details = {}) {
    super(code, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.details = details
  }

  /** A copy with more facts. Existing facts are kept. */
  with(facts: Readonly<Record<string, unknown>>): AppError {
    return new AppError(this.code, { ...this.details, facts: { ...facts, ...this.details.facts } })
  }

  /** A copy with fields for its Try again form. */
  carrying(retryFields: Readonly<Record<string, string>>): AppError {
    return new AppError(this.code, { ...this.details, retryFields })
  }
}

/** Returns an `AppError` as it is, and wraps anything else as `internal` with the error as its cause. */
export function asAppError(error: unknown): AppError {
  return error instanceof AppError ? error : new AppError('internal', { cause: error })
}

/** True if the process or the machine has reached its limit of open files and sockets. Temporary. */
export function isOutOfDescriptors(code: unknown): boolean {
  return code === 'EMFILE' || code === 'ENFILE'
}

export const descriptorsHint = 'Raise the limit of open files and sockets of this process (ulimit -n, nofile).'
