import type { IncomingMessage } from 'node:http'

/** What a Signature Version 4 header says about the caller. The signature itself is not checked: any secret will do. */
export type Caller = {
  readonly accessKeyId: string
  readonly region: string
  readonly service: string
  readonly hasSessionToken: boolean
}

const pattern =
  /^AWS4-HMAC-SHA256 Credential=([^/\s,]+)\/\d{8}\/([^/\s,]+)\/([^/\s,]+)\/aws4_request, *SignedHeaders=[^\s,]+, *Signature=[0-9a-f]{64}$/

/** Null when there is no Authorization header, or one that is not SigV4. */
export function callerOf({ headers }: IncomingMessage): Caller | null {
  const [, accessKeyId, region, service] = pattern.exec(headers.authorization ?? '') ?? []
  if (accessKeyId === undefined || region === undefined || service === undefined) return null
  return { accessKeyId, region, service, hasSessionToken: headers['x-amz-security-token'] !== undefined }
}
