import { AwsError } from '../aws-error.ts'

type WebIdentity = { readonly subject: string; readonly issuer: string; readonly audience: string }

/**
 * Reads a web identity token (a JWT). Its expiry is checked, its signature is not. Throws
 * `AwsError`.
 */
export function readWebIdentity(token: string): WebIdentity {
  const claims = claimsOf(token)
  if (claims === null)
    throw new AwsError({ name: 'InvalidIdentityToken', message: 'The ID Token provided is not a valid JWT.' })
  const expires = 'exp' in claims ? Number(claims.exp) : Infinity
  if (expires * 1000 < Date.now()) {
    const now = Math.floor(Date.now() / 1000).toString()
    const message = `Token expired: current date/time ${now} must be before the expiration date/time ${expires.toString()}`
    throw new AwsError({ name: 'ExpiredTokenException', message })
  }
  return {
    subject: 'sub' in claims ? String(claims.sub) : 'simulated',
    issuer: 'iss' in claims ? String(claims.iss) : 'simulated',
    audience: 'aud' in claims ? String(claims.aud) : 'sts.amazonaws.com',
  }
}

function claimsOf(token: string): object | null {
  const [, payload] = /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(token) ?? []
  if (payload === undefined) return null
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
    return typeof claims === 'object' ? claims : null
  } catch {
    return null
  }
}
