import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import type { DomainEvent } from '../../domain/events.ts'
import type { AppError, ErrorCode } from '../../errors.ts'
import { paths } from '../paths.ts'
import { failureOf } from './failure.ts'
import { customerFacts, knownCustomer } from './session.ts'

/** Why the seller's application got no registration, in the words of RFC 6749 where it has some. */
export const handoffRefusals = [
  'invalid_grant',
  'invalid_request',
  'invalid_client',
  'method_not_allowed',
  'too_many_requests',
  'temporarily_unavailable',
  'server_error',
] as const
export type HandoffRefusal = (typeof handoffRefusals)[number]

/** How a request ended: with what happened, with a form to mend, or with a failure page. */
export type Outcome =
  | DomainEvent
  | { readonly type: 'form.corrected' }
  | { readonly type: 'handoff.redeemed' }
  | { readonly type: 'handoff.refused'; readonly error: HandoffRefusal }
  | { readonly type: 'failed'; readonly code: ErrorCode }

export type Timing = {
  /** The request was a POST from AWS Marketplace. */
  readonly landing: boolean
  readonly durationMs: number
}

/** Hears how each request ended, as soon as its answer has left; not of pages that were merely shown. */
export type Observe = (outcome: Outcome, timing: Timing) => void

const outcomes = new WeakMap<Response, Outcome>()
const failures = new WeakMap<Response, AppError>()

/** Tells `observe` how each request ended. */
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

/** To be called by the route that knows. A failure afterwards replaces it. */
export function noteOutcome(req: Request, outcome: Outcome): void {
  if (req.res !== undefined) outcomes.set(req.res, outcome)
}

/**
 * Passes a failure on, having kept it for the outcome and for the request's line. What happens after a landing is told with
 * the registration it happened to, so that one buyer's lines can be found.
 */
export const noteFailure: ErrorRequestHandler = (error: unknown, req, res, next) => {
  const customer = knownCustomer(req)
  const failure = failureOf(error)
  const known = customer === null ? failure : failure.with(customerFacts(customer))
  failures.set(res, known)
  noteOutcome(req, { type: 'failed', code: known.code })
  next(known)
}

/** For the request's line: how it failed, and by what its buyer is known. */
export function failureFacts(res: Response): Readonly<Record<string, unknown>> {
  const failure = failures.get(res)
  if (failure === undefined) return {}
  const { tokenHash, registrationId } = failure.details.facts ?? {}
  return { code: failure.code, tokenHash, registrationId }
}
