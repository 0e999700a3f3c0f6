import type { IncomingMessage } from 'node:http'

/**
 * The caller in a Signature Version 4 header. The signature itself is not checked: any secret
 * works.
 */
export type Caller = {
  readonly accessKeyId: string
  readonly region: string
  readonly service: string
  readonly hasSessionToken: boolean
  /** The day in the credential's scope, for example `20261124`. */
  readonly scopeDate: string
  /** `X-Amz-Date`, for example `20261124T190211Z`; null when it is missing or unreadable. */
  readonly signedAt: string | null
}

const pattern =
  /^AWS4-HMAC-SHA256 Credential=([^/\s,]+)\/(\d{8})\/([^/\s,]+)\/([^/\s,]+)\/aws4_request, *SignedHeaders=[^\s,]+, *Signature=[0-9a-f]{64}$/

/** Null without an Authorization header, and for one that is not SigV4. */
export function callerOf({ headers }: IncomingMessage): Caller | null {
  const [, accessKeyId, scopeDate, region, service] = pattern.exec(headers.authorization ?? '') ?? []
  if (!accessKeyId || !scopeDate || !region || !service) return null
  const date = headers['x-amz-date']
  const signedAt = typeof date === 'string' && /^\d{8}T\d{6}Z$/.test(date) ? date : null
  return { accessKeyId, region, service, scopeDate, signedAt, hasSessionToken: 'x-amz-security-token' in headers }
}
