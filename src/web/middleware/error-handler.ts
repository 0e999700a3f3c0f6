import type { ErrorRequestHandler, RequestHandler } from 'express'
import { AppError } from '../../errors.ts'
import { errorPage, offersRetry } from '../pages/error-pages.ts'
import { failureOf } from './failure.ts'
import { languageOf } from '../language.ts'
import { loggable, loggableFacts, loggableStack } from '../loggable.ts'
import { sendPage, type Pages } from '../pages/pages.ts'
import { retryOf } from './retry.ts'

/** Decides alone what is logged and shown for whatever was thrown: its cause once in the log, its page to the buyer. */
export function errorHandler(pages: Pages): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    const { code, details } = failureOf(error)
    const { status: usual, logLevel, hint, action, retryAfterSeconds = null } = errorPage(code)
    const status = details.status ?? usual
    const reference = typeof req.id === 'string' ? req.id : ''
    req.log[logLevel](
      {
        event: 'registration.refused',
        code,
        reference,
        ...loggableFacts(details.facts ?? {}),
        hint: details.hint ?? hint,
        cause: described(details.cause),
      },
      `refused: ${code}`,
    )
    if (res.headersSent) {
      next(error)
      return
    }
    // A file that could not be sent has set its own headers already.
    for (const name of ['Content-Type', 'Content-Range', 'Accept-Ranges', 'ETag', 'Last-Modified'])
      res.removeHeader(name)
    res.set('Cache-Control', 'no-store')
    if (retryAfterSeconds !== null) res.set('Retry-After', String(retryAfterSeconds))
    res.set(details.headers ?? {})
    const retry = offersRetry(action) ? retryOf(req, details) : null
    sendPage(res, pages.failure(languageOf(req), { code, status, reference, retry, retryAfterSeconds }))
  }
}

/** Name, message and stack of the error and of its cause. Never other fields: a database error has row values there. */
export function described(cause: unknown): object | undefined {
  if (cause === undefined || cause === null) return undefined
  if (!(cause instanceof Error)) return { message: typeof cause === 'string' ? loggable(cause) : 'not an error' }
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined
  const stack = cause.stack === undefined ? undefined : loggableStack(cause.stack)
  return { name: loggable(cause.name), message: loggable(cause.message), code, stack, cause: described(cause.cause) }
}

/** Nothing matched the request's path. */
export const notFound: RequestHandler = () => {
  throw new AppError('not-found')
}

/** The path exists, but not with this method. */
export function methodNotAllowed(allow: string): RequestHandler {
  return () => {
    throw new AppError('method-not-allowed', { headers: { Allow: allow } })
  }
}
