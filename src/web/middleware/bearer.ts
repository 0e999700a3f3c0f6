import { hash, timingSafeEqual } from 'node:crypto'
import type { Request } from 'express'

/** True if a request contains one of the secrets. Compares hashes of all secrets in constant time. */
export function createHasSecret(secrets: readonly string[]): (req: Request) => boolean {
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
