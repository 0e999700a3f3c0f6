import type { ErrorRequestHandler } from 'express'
import type { ErrorCode } from '../../errors.ts'
import type { Sessions } from '../middleware/session.ts'
import { paths } from '../paths.ts'
import { failureOf } from './failure.ts'

/** The database would make the buyer wait a second time. */
const storeFailures: readonly ErrorCode[] = ['store-unavailable', 'service-busy']

/**
 * Loads the session if the request failed before that, so that the failure page has the names of the buyer's product. Not for a
 * landing, because its token may belong to another product.
 */
export function sessionForFailure(openSession: Sessions['open']): ErrorRequestHandler {
  return async (error: unknown, req, res, next) => {
    const isNotNeeded = req.path === paths.landing || storeFailures.includes(failureOf(error).code) || 'session' in req
    if (!isNotNeeded) await openSession(req, res).catch(() => undefined)
    next(error)
  }
}
