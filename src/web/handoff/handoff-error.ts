import type { ErrorRequestHandler } from 'express'
import type { AppError, ErrorCode } from '../../errors.ts'
import { described, failureOf } from '../errors/failure.ts'
import { noteOutcome, type HandoffErrorCode } from '../middleware/outcome.ts'

type Answer = {
  readonly status: number
  readonly logLevel: 'info' | 'warn' | 'error'
  readonly headers?: Readonly<Record<string, string>>
  readonly hint?: string
}

/** The facts about each error of `POST /handoff`. */
const answers: Readonly<Record<HandoffErrorCode, Answer>> = {
  invalid_grant: { status: 400, logLevel: 'info' },
  invalid_request: { status: 400, logLevel: 'info' },
  invalid_client: {
    status: 401,
    logLevel: 'warn',
    headers: { 'WWW-Authenticate': 'Bearer' },
    hint: 'If this was your application, give it one of the secrets in HANDOFF_SECRET.',
  },
  method_not_allowed: { status: 405, logLevel: 'info' },
  too_many_requests: {
    status: 429,
    logLevel: 'warn',
    headers: { 'Retry-After': '60' },
    hint: 'If this was your application, raise RATE_LIMIT_PER_MINUTE.',
  },
  temporarily_unavailable: { status: 503, logLevel: 'error', headers: { 'Retry-After': '5' } },
  server_error: { status: 500, logLevel: 'error' },
}

const codes: Readonly<Partial<Record<ErrorCode, HandoffErrorCode>>> = {
  'too-many-requests': 'too_many_requests',
  'method-not-allowed': 'method_not_allowed',
  'request-unreadable': 'invalid_request',
  'store-unavailable': 'temporarily_unavailable',
  'service-busy': 'temporarily_unavailable',
}

/** A failure of `POST /handoff`. The facts are for the log. */
export class HandoffError extends Error {
  override readonly name = 'HandoffError'
  readonly error: HandoffErrorCode
  readonly details: AppError['details']

  constructor(error: HandoffErrorCode, details: AppError['details'] = {}) {
    super(error)
    this.error = error
    this.details = details
  }
}

function handoffErrorOf(thrown: unknown): HandoffError {
  if (thrown instanceof HandoffError) return thrown
  const { code, details } = failureOf(thrown)
  return new HandoffError(codes[code] ?? 'server_error', details)
}

/** Sends the error as JSON in the format of RFC 6749 and logs it. */
export const handoffErrors: ErrorRequestHandler = (thrown: unknown, req, res, next) => {
  const { error, details } = handoffErrorOf(thrown)
  const { status, logLevel, headers, hint } = answers[error]
  noteOutcome(req, { type: 'handoff.refused', error })
  req.log[logLevel](
    {
      event: 'handoff.refused',
      error,
      ...details.facts,
      hint: details.hint ?? hint,
      cause: described(details.cause),
    },
    `refused: ${error}`,
  )
  if (res.headersSent) {
    next(thrown)
    return
  }
  res
    .set({ ...headers, ...details.headers })
    .status(details.status ?? status)
    .json({ error })
}
