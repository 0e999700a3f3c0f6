import type { ErrorRequestHandler } from 'express'
import { z } from 'zod'
import { AppError, type ErrorCode } from '../../errors.ts'
import { failureOf } from './failure.ts'
import { noteOutcome, type HandoffRefusal } from './outcome.ts'

type Answer = { readonly status: number; readonly logLevel: 'info' | 'warn' | 'error'; readonly hint?: string }

const answers = {
  invalid_grant: { status: 400, logLevel: 'info' },
  invalid_request: { status: 400, logLevel: 'info' },
  invalid_client: {
    status: 401,
    logLevel: 'warn',
    hint: 'If it was your application, give it one of the secrets in HANDOFF_SECRET.',
  },
  method_not_allowed: { status: 405, logLevel: 'info' },
  too_many_requests: {
    status: 429,
    logLevel: 'warn',
    hint: 'If it was your application, raise RATE_LIMIT_PER_MINUTE.',
  },
  temporarily_unavailable: { status: 503, logLevel: 'error' },
  server_error: { status: 500, logLevel: 'error' },
} as const satisfies Record<HandoffRefusal, Answer>

const retryAfterSeconds: Readonly<Partial<Record<HandoffRefusal, number>>> = {
  too_many_requests: 60,
  temporarily_unavailable: 5,
}

const refusals: Readonly<Partial<Record<ErrorCode, HandoffRefusal>>> = {
  'too-many-requests': 'too_many_requests',
  'method-not-allowed': 'method_not_allowed',
  'request-unreadable': 'invalid_request',
  'store-unavailable': 'temporarily_unavailable',
  'service-busy': 'temporarily_unavailable',
}

const thrown = new WeakMap<AppError, HandoffRefusal>()

/** An answer of `POST /handoff` that is no success, to be thrown. The facts are for the log. */
export function refusal(error: HandoffRefusal, facts: Readonly<Record<string, unknown>> = {}): AppError {
  const failure = new AppError('internal', { facts })
  thrown.set(failure, error)
  return failure
}

/** What Express and its parsers throw. Their messages repeat the body, and so the code: only the kind is logged. */
const parserFault = z.object({ status: z.number().min(400).max(499), type: z.string().max(100) })

/** Answers programs in JSON, by the words of RFC 6749, and logs why. */
export const handoffErrors: ErrorRequestHandler = (error: unknown, req, res, next) => {
  const { success, data } = parserFault.safeParse(error)
  const failure = success
    ? new AppError('request-unreadable', { status: data.status, facts: { reason: data.type } })
    : failureOf(error)
  const refused = thrown.get(failure) ?? refusals[failure.code] ?? 'server_error'
  const { details } = failure
  const { status, logLevel, ...answer } = answers[refused]
  const hint = details.hint ?? ('hint' in answer ? answer.hint : undefined)
  noteOutcome(req, { type: 'handoff.refused', error: refused })
  req.log[logLevel](
    { event: 'handoff.refused', error: refused, ...details.facts, hint, cause: described(details.cause) },
    `refused: ${refused}`,
  )
  if (res.headersSent) {
    next(error)
    return
  }
  if (refused === 'invalid_client') res.set('WWW-Authenticate', 'Bearer')
  const pause = retryAfterSeconds[refused]
  if (pause !== undefined) res.set('Retry-After', String(pause))
  res
    .set(details.headers ?? {})
    .status(details.status ?? status)
    .json({ error: refused })
}

function described(cause: unknown): object | undefined {
  return cause instanceof Error ? { name: cause.name, message: cause.message, stack: cause.stack } : undefined
}
