import type { ErrorRequestHandler } from 'express'
import type { AppError, ErrorCode } from '../../errors.ts'
import { described, failureOf } from '../errors/failure.ts'

type Answer = {
  readonly status: number
  readonly logLevel: 'info' | 'warn' | 'error'
  readonly message: string
  readonly headers?: Readonly<Record<string, string>>
  readonly hint?: string
}

/** The facts about each error of the API. */
const answers = {
  invalid_request: { status: 400, logLevel: 'info', message: 'The request is invalid.' },
  invalid_client: {
    status: 401,
    logLevel: 'warn',
    message: 'Send Authorization: Bearer with one of the secrets in API_SECRET.',
    headers: { 'WWW-Authenticate': 'Bearer' },
    hint: 'If this was your application, give it one of the secrets in API_SECRET.',
  },
  not_found: { status: 404, logLevel: 'info', message: 'There is nothing at this address.' },
  method_not_allowed: { status: 405, logLevel: 'info', message: 'This address does not accept this method.' },
  not_registered: { status: 409, logLevel: 'info', message: 'The buyer has not registered yet.' },
  too_many_requests: {
    status: 429,
    logLevel: 'warn',
    message: 'Too many requests with a wrong secret. Wait a minute.',
    headers: { 'Retry-After': '60' },
    hint: 'If this was your application, give it one of the secrets in API_SECRET.',
  },
  unavailable: {
    status: 503,
    logLevel: 'warn',
    message: 'The database cannot be reached. Try again later.',
    headers: { 'Retry-After': '5' },
  },
  server_error: { status: 500, logLevel: 'error', message: 'Something went wrong. The log has the cause.' },
} as const satisfies Readonly<Record<string, Answer>>

type ApiErrorCode = keyof typeof answers

const codes: Readonly<Partial<Record<ErrorCode, ApiErrorCode>>> = {
  'too-many-requests': 'too_many_requests',
  'not-found': 'not_found',
  'method-not-allowed': 'method_not_allowed',
  'request-unreadable': 'invalid_request',
  'store-unavailable': 'unavailable',
  'service-busy': 'unavailable',
}

/** A failure of an API call. `message` contains the fix for the caller. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly error: ApiErrorCode
  readonly details: AppError['details']

  constructor(error: ApiErrorCode, message: string | null = null, details: AppError['details'] = {}) {
    super(message ?? answers[error].message)
    this.error = error
    this.details = details
  }
}

function apiErrorOf(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown
  const { code, details } = failureOf(thrown)
  const message =
    code === 'request-unreadable' ? 'The address or the body is invalid. A body must be JSON of at most 8 kB.' : null
  return new ApiError(codes[code] ?? 'server_error', message, details)
}

/** Sends the error as JSON and logs it. */
export const apiErrors: ErrorRequestHandler = (thrown: unknown, req, res, next) => {
  const { error, message, details } = apiErrorOf(thrown)
  const { status, logLevel, headers, hint }: Answer = answers[error]
  req.log[logLevel](
    { event: 'api.refused', error, ...details.facts, hint: details.hint ?? hint, cause: described(details.cause) },
    `refused: ${error}`,
  )
  if (res.headersSent) {
    next(thrown)
    return
  }
  res
    .set({ ...headers, ...details.headers })
    .status(status)
    .json({ error, message })
}
