import type { RequestHandler } from 'express'
import { ipKeyGenerator, rateLimit } from 'express-rate-limit'
import { AppError } from '../../errors.ts'

const windowMs = 60_000

/** Limits the landings of each client address. 0 is no limit. */
export function landingRateLimit(perMinute: number): RequestHandler {
  if (perMinute === 0)
    return (_req, _res, next) => {
      next()
    }
  return rateLimit({
    windowMs,
    limit: perMinute,
    standardHeaders: false,
    legacyHeaders: false,
    keyGenerator: (req) => ipKeyGenerator(withoutPort(req.ip ?? '')),
    handler: (req, _res, next) => {
      next(new AppError('too-many-requests', { facts: { clientAddress: withoutPort(req.ip ?? '') } }))
    },
  })
}

/** With `routing.http.xff_client_port.enabled` an ALB writes `ip:port`: one client would have a new key each time. */
export function withoutPort(address: string): string {
  const match = /^(?:\[(?<v6>[^\]]+)\]|(?<v4>\d{1,3}(?:\.\d{1,3}){3}))(?::\d+)?$/.exec(address)
  return match?.groups?.['v6'] ?? match?.groups?.['v4'] ?? address
}
