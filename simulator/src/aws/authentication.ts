import type { IncomingMessage } from 'node:http'
import { AwsError, frontEnd } from './aws-error.ts'
import { type Caller, callerOf } from './signature.ts'

export type Scope = { readonly signingName: string; readonly regions: readonly string[] }

const toleranceMs = 15 * 60_000

/**
 * The caller. Throws what AWS answers to a call that is not signed, or signed for another service,
 * Region or time. The time is compared with the machine's clock, because clients sign by it.
 */
export function authenticate(request: IncomingMessage, { signingName, regions }: Scope): Caller {
  if (request.headers.authorization === undefined) {
    throw new AwsError({
      status: 403,
      name: 'MissingAuthenticationTokenException',
      queryCode: 'MissingAuthenticationToken',
      message: 'Missing Authentication Token',
      namespace: frontEnd,
    })
  }
  const caller = callerOf(request)
  if (caller === null) throw incomplete('Authorization header is not a Signature Version 4 header.')
  if (caller.signedAt === null) {
    throw incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
  }
  if (caller.service !== signingName)
    throw invalid(`Credential should be scoped to correct service: '${signingName}'. `)
  if (!regions.includes(caller.region)) throw invalid('Credential should be scoped to a valid region. ')
  checkDate(caller.scopeDate, caller.signedAt)
  return caller
}

function checkDate(scopeDate: string, signedAt: string): void {
  const day = signedAt.slice(0, 8)
  if (day !== scopeDate) {
    throw invalid(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scopeDate}' != '${day}', from '${signedAt}'.`,
    )
  }
  const now = Date.now()
  const skewMs = Date.parse(signedAt.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z')) - now
  if (skewMs < -toleranceMs) {
    const limit = compact(now - toleranceMs)
    throw invalid(`Signature expired: ${signedAt} is now earlier than ${limit} (${compact(now)} - 15 min.)`)
  }
  if (skewMs > toleranceMs) {
    const limit = compact(now + toleranceMs)
    throw invalid(`Signature not yet current: ${signedAt} is still later than ${limit} (${compact(now)} + 15 min.)`)
  }
}

function compact(at: number): string {
  return new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')
}

function incomplete(message: string): AwsError {
  const names = { name: 'IncompleteSignatureException', queryCode: 'IncompleteSignature' }
  return new AwsError({ status: 403, ...names, message, namespace: frontEnd })
}

function invalid(message: string): AwsError {
  const names = { name: 'InvalidSignatureException', queryCode: 'SignatureDoesNotMatch' }
  return new AwsError({ status: 403, ...names, message, namespace: frontEnd })
}
