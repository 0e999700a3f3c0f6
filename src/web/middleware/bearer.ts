import { hash, timingSafeEqual } from 'node:crypto'
import type { RequestHandler } from 'express'
import { refusal } from './handoff-errors.ts'

/**
 * Lets a request pass that carries one of the secrets. All are compared, as hashes of one length, so that the time it takes
 * tells nothing.
 */
export function requireBearer(secrets: readonly string[]): RequestHandler {
  const known = secrets.map(hashOf)
  return (req, _res, next) => {
    const given = hashOf(/^Bearer +(\S.*)$/i.exec(req.get('Authorization') ?? '')?.[1]?.trim() ?? '')
    const matches = known.filter((secret) => timingSafeEqual(secret, given))
    if (matches.length === 0) throw refusal('invalid_client')
    next()
  }
}

function hashOf(secret: string): Buffer {
  return hash('sha256', secret, 'buffer')
}
