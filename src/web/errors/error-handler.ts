import type { ErrorRequestHandler, Request, RequestHandler } from 'express'
import { z } from 'zod'
import { AppError, type Details } from '../../errors.ts'
import { languageOf } from '../language.ts'
import { noteFailure } from '../middleware/outcome.ts'
import { knownCustomer } from '../middleware/session.ts'
import { otherFields, type Retry } from '../pages/page-state.ts'
import { sendPage, type PagesFor } from '../pages/pages.ts'
import { paths } from '../paths.ts'
import { errorPage, offersRetry } from './error-pages.ts'
import { losesForm } from './lost-form.ts'
import { described } from './failure.ts'

/** The only place that decides what is logged and shown for an error: the log gets the cause, and the buyer gets the page. */
export function errorHandler(pagesFor: PagesFor): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    const { code, details } = noteFailure(req, error)
    const { logLevel, hint, action, ...page } = errorPage(code)
    const status = details.status ?? page.status
    const retryAfterSeconds = details.retryAfterSeconds ?? page.retryAfterSeconds ?? null
    const reference = typeof req.id === 'string' ? req.id : ''
    req.log[logLevel](
      {
        event: 'registration.refused',
        code,
        reference,
        ...details.facts,
        hint: details.hint ?? hint,
        cause: described(details.cause),
      },
      `refused: ${code}`,
    )
    if (res.headersSent) {
      next(error)
      return
    }
    // A file that could not be sent has already set headers.
    for (const name of ['Content-Type', 'Content-Range', 'Accept-Ranges', 'ETag', 'Last-Modified'])
      res.removeHeader(name)
    res.set('Cache-Control', 'no-store')
    if (retryAfterSeconds !== null) res.set('Retry-After', String(retryAfterSeconds))
    res.set(details.headers ?? {})
    const retry = offersRetry(action) ? retryOf(req, details) : null
    const { productCode } = known.parse(details.facts ?? {})
    const failure = pagesFor(productCode).failure(languageOf(req), {
      code,
      status,
      reference,
      retry,
      retryAfterSeconds,
      lostForm: losesForm(req, retry, retryAfterSeconds),
      // Uses only the session, not AWS's response to this request, so that the page shows nothing about the customer without a session.
      awsAccountId: knownCustomer(req)?.awsAccountId ?? null,
    })
    sendPage(res, failure)
  }
}

/** The product code from the failure or from the session, if known. */
const known = z.object({ productCode: z.string().nullable().catch(null) })

/** The form that repeats this request: the token or the typed values, and the failure's fields. Nothing of it is stored. */
function retryOf(req: Request, { retryFields = {} }: Details): Retry {
  if (req.method === 'GET') return { method: 'get', action: req.path, fields: {} }
  if (req.method !== 'POST' || req.path === paths.language) return { method: 'get', action: paths.landing, fields: {} }
  return { method: 'post', action: req.path, fields: { ...otherFields(req.body), ...retryFields } }
}

/** Handles paths without a route. */
export const notFound: RequestHandler = () => {
  throw new AppError('not-found')
}

/** Handles paths without a route for this method. */
export function methodNotAllowed(allow: string): RequestHandler {
  return () => {
    throw new AppError('method-not-allowed', { headers: { Allow: allow } })
  }
}
