import type { IncomingMessage } from 'node:http'
import { type Failure, failures } from './failures.ts'
import type { Caller } from './signature.ts'

export const resolveTarget = 'AWSMPMeteringService.ResolveCustomer'

/** What AWS checks before the service itself sees a call: either a refusal, or the registration token. */
export function registrationToken(request: IncomingMessage, caller: Caller | null, body: string): Failure | string {
  const { headers } = request
  if (!headers['content-type']?.startsWith('application/x-amz-json-1.1')) return failures.unknownOperation
  if (headers['x-amz-target'] !== resolveTarget) return failures.unknownOperation
  if (headers.authorization === undefined) return failures.notSigned
  if (caller === null) return failures.badlySigned
  if (caller.service !== 'aws-marketplace') return failures.wrongScope
  const input = parseObject(body)
  if (input === null) return failures.notJson
  const token = 'RegistrationToken' in input ? input.RegistrationToken : null
  if (token === null) return failures.tokenMissing
  if (typeof token !== 'string') return failures.notJson
  return token === '' ? failures.tokenEmpty : token
}

function parseObject(body: string): object | null {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && !Array.isArray(value) ? value : null
  } catch {
    return null
  }
}
