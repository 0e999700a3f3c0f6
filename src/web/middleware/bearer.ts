import { hash, timingSafeEqual } from 'node:crypto'
import type { Request, RequestHandler } from 'express'

type BearerDeps = {
  readonly secrets: readonly string[]
  readonly limitFailedSecrets: RequestHandler
  /** The error for a call without a valid secret. */
  readonly failure: () => Error
}

/** Requires one of the secrets. Only calls without one are counted, so that nobody can lock out the seller's server. */
export function requireSecret({ secrets, limitFailedSecrets, failure }: BearerDeps): RequestHandler {
  const hasSecret = createHasSecret(secrets)
  return (req, res, next) => {
    if (hasSecret(req)) next()
    else
      limitFailedSecrets(req, res, (error?: unknown) => {
        next(error ?? failure())
      })
  }
}

/** True if a request contains one of the secrets. Compares hashes of all secrets in constant time. */
function createHasSecret(secrets: readonly string[]): (req: Request) => boolean {
  const known = secrets.map(hashOf)
  return (req) => {
    const [, given = ''] = /^Bearer +(\S.*)$/i.exec(req.get('Authorization') ?? '') ?? []
    const givenHash = hashOf(given.trim())
    return known.filter((secret) => timingSafeEqual(secret, givenHash)).length > 0
  }
}

function hashOf(secret: string): Buffer {
  return hash('sha256', secret, 'buffer')
}
