import type { ErrorRequestHandler, RequestHandler, Response } from 'express'
import type { AppError, ErrorCode } from '../../errors.ts'
import { paths } from '../paths.ts'
import { failureOf } from './failure.ts'
import { knownCustomer, customerFacts } from './session.ts'

/**
 * How a request ended. A `landing` is a POST from AWS Marketplace: `landed` opens the form, `returned` is a license that is
 * already registered. A `form` is a POST of the form: `registered`, or `corrected` when the buyer has something to mend. Of
 * any `other` request only failures are told.
 */
export type Outcome =
  | { readonly request: 'landing'; readonly result: 'landed' | 'returned' | ErrorCode }
  | { readonly request: 'form'; readonly result: 'registered' | 'corrected' | ErrorCode }
  | { readonly request: 'other'; readonly result: ErrorCode }

/** Hears how each request ended, and after how long. */
export type Observe = (outcome: Outcome, durationMs: number) => void

/** Tells `observe` how each request ended, as soon as its answer has left. */
export function outcomes(observe: Observe): RequestHandler {
  return (req, res, next) => {
    const startedAt = performance.now()
    const request = `${req.method} ${req.path}`
    res.once('finish', () => {
      const outcome = outcomeOf(request, res)
      if (outcome !== null) observe(outcome, performance.now() - startedAt)
    })
    next()
  }
}

function outcomeOf(request: string, res: Response): Outcome | null {
  const failure = failures.get(res)
  if (request === `POST ${paths.landing}`) {
    const landed = res.getHeader('Location') === paths.complete ? 'returned' : 'landed'
    return { request: 'landing', result: failure === undefined ? landed : failure.code }
  }
  if (request === `POST ${paths.registration}`) {
    const sent = res.statusCode === 422 ? 'corrected' : 'registered'
    return { request: 'form', result: failure === undefined ? sent : failure.code }
  }
  return failure === undefined ? null : { request: 'other', result: failure.code }
}

const failures = new WeakMap<Response, AppError>()

/**
 * Passes a failure on, having kept it for the outcome and for the request's line. What happens after a landing is told with
 * the registration it happened to, so that one visit's lines can be found.
 */
export const noteFailure: ErrorRequestHandler = (error: unknown, req, res, next) => {
  const visitor = knownCustomer(req)
  const failure = failureOf(error)
  const known = visitor === null ? failure : failure.with(customerFacts(visitor))
  failures.set(res, known)
  next(known)
}

/** For the request's line: how it failed, and by what its visit is known. */
export function failureFacts(res: Response): Readonly<Record<string, unknown>> {
  const failure = failures.get(res)
  if (failure === undefined) return {}
  const { tokenHash, registrationId } = failure.details.facts ?? {}
  return { code: failure.code, tokenHash, registrationId }
}
