/** Every way a request can fail. The code is the page's name, the log line's `code` and the metric's label. */
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

/** What is known about a failure beyond its code. Only `retryFields` reaches the page; the rest is for the log and the headers. */
export type Details = {
  /** The error behind this one. Logged once, by name, message and stack. */
  readonly cause?: unknown
  /** For the on-call engineer: which variable, IAM statement or setting to change. */
  readonly hint?: string
  /** More fields for the log line: `tokenHash`, `awsRequestId`, `attempts`, … */
  readonly facts?: Readonly<Record<string, unknown>>
  /** Overrides the status of the code's page, where one code has several (a body parser's 400, 413, 415). */
  readonly status?: number
  /** Fields that the Try again form sends beside what was sent before. */
  readonly retryFields?: Readonly<Record<string, string>>
  /** When to try again, where it is not the usual time of the code. */
  readonly retryAfterSeconds?: number
  /** Response headers that belong to the failure (`Allow`). */
  readonly headers?: Readonly<Record<string, string>>
}

/** The only error that passes from one layer to another. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly details: Details

  constructor(code: ErrorCode, details: Details = {}) {
    super(code, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.details = details
  }

  /** The same failure with more facts. Facts that it already has are kept. */
  with(facts: Readonly<Record<string, unknown>>): AppError {
    return new AppError(this.code, { ...this.details, facts: { ...facts, ...this.details.facts } })
  }

  /** The same failure with fields that its Try again form sends. */
  carrying(retryFields: Readonly<Record<string, string>>): AppError {
    return new AppError(this.code, { ...this.details, retryFields })
  }
}

/** Returns an `AppError` as it is, and wraps anything else as `internal` with the error as its cause. */
export function asAppError(error: unknown): AppError {
  return error instanceof AppError ? error : new AppError('internal', { cause: error })
}

/** The process, or the machine, has as many files and sockets open as it may have. Passes by itself. */
export function isOutOfDescriptors(code: unknown): boolean {
  return code === 'EMFILE' || code === 'ENFILE'
}

export const descriptorsHint = 'Raise the limit of open files and sockets of this process (ulimit -n, nofile).'
