import type { Request, RequestHandler, Response } from 'express'
import type { DomainEvent } from '../../domain/events.ts'
import type { AppError, ErrorCode } from '../../errors.ts'
import { failureOf } from '../errors/failure.ts'
import { paths } from '../paths.ts'
import { customerFacts, knownCustomer } from './session.ts'

/** The error of `POST /handoff`, with RFC 6749 codes where they exist. */
export const handoffErrorCodes = [
  'invalid_grant',
  'invalid_request',
  'invalid_client',
  'method_not_allowed',
  'too_many_requests',
  'temporarily_unavailable',
  'server_error',
] as const
export type HandoffErrorCode = (typeof handoffErrorCodes)[number]

/** The outcome of a request: an event, an invalid form, or a failure. */
type Outcome =
  | DomainEvent
  | { readonly type: 'form.corrected' }
  | { readonly type: 'handoff.redeemed' }
  | { readonly type: 'handoff.refused'; readonly error: HandoffErrorCode }
  | { readonly type: 'failed'; readonly code: ErrorCode }

type Timing = {
  /** True if the request was a POST from AWS Marketplace. */
  readonly landing: boolean
  readonly durationMs: number
}

/** Called with the outcome of each request after its response was sent. A page that was only shown has no outcome. */
export type Observe = (outcome: Outcome, timing: Timing) => void

const outcomes = new WeakMap<Response, Outcome>()
const failures = new WeakMap<Response, AppError>()

/** Calls `observe` with the outcome of each request. */
export function observeOutcomes(observe: Observe): RequestHandler {
  return (req, res, next) => {
    const startedAt = performance.now()
    const landing = req.method === 'POST' && req.path === paths.landing
    res.once('finish', () => {
      const outcome = outcomes.get(res)
      if (outcome !== undefined) observe(outcome, { landing, durationMs: performance.now() - startedAt })
    })
    next()
  }
}

/** Sets the outcome of the request. A later failure replaces it. */
export function noteOutcome(req: Request, outcome: Outcome): void {
  if (req.res !== undefined) outcomes.set(req.res, outcome)
}

/**
 * Converts an error into the failure to report, and keeps it for the outcome and the request's log line. Includes the session's
 * registration, so that all lines of a buyer can be found.
 */
export function noteFailure(req: Request, error: unknown): AppError {
  const customer = knownCustomer(req)
  const failure = customer === null ? failureOf(error) : failureOf(error).with(customerFacts(customer))
  if (req.res !== undefined) failures.set(req.res, failure)
  noteOutcome(req, { type: 'failed', code: failure.code })
  return failure
}

/** The failure and the buyer for the request's log line. */
export function failureFacts(res: Response): Readonly<Record<string, unknown>> {
  const failure = failures.get(res)
  if (failure === undefined) return {}
  const { tokenHash, registrationId } = failure.details.facts ?? {}
  return { code: failure.code, tokenHash, registrationId }
}
