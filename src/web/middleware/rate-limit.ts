import type { RequestHandler } from 'express'
import { ipKeyGenerator, rateLimit as limiter } from 'express-rate-limit'
import { AppError } from '../../errors.ts'
import { clientAddress } from '../client-address.ts'
import { boundedCounts } from './bounded-counts.ts'

const windowMs = 60_000
/** Each one takes about 200 bytes. */
const maxKeys = 20_000

/** Limits the requests of each client address. Every call returns a separate limit. 0 means no limit. */
export function rateLimit(perMinute: number): RequestHandler {
  if (perMinute === 0)
    return (_req, _res, next) => {
      next()
    }
  return limiter({
    windowMs,
    limit: perMinute,
    store: boundedCounts({ windowMs, maxKeys }),
    standardHeaders: false,
    legacyHeaders: false,
    keyGenerator: (req) => ipKeyGenerator(clientAddress(req)),
    handler: (req, _res, next) => {
      next(new AppError('too-many-requests', { facts: { clientAddress: clientAddress(req) } }))
    },
  })
}
