import type { IncomingMessage } from 'node:http'
import { authenticate } from '../authentication.ts'
import { AwsError } from '../aws-error.ts'
import { regions } from '../regions.ts'
import { type Failure, failures } from './failures.ts'

/**
 * The registration token of a ResolveCustomer call, or what AWS's front end answers before the
 * service sees the call.
 */
export function registrationToken(request: IncomingMessage, body: string): Failure | string {
  const { headers } = request
  if (!headers['content-type']?.startsWith('application/x-amz-json-1.1')) return failures.unknownOperation
  const failure = frontEndFailure(request)
  if (failure !== null) return failure
  const input = parseObject(body)
  if (input === null) return failures.notJson
  const token = 'RegistrationToken' in input ? input.RegistrationToken : null
  if (token === null) return failures.tokenMissing
  if (typeof token !== 'string') return failures.notJson
  return token === '' ? failures.tokenEmpty : token
}

function frontEndFailure(request: IncomingMessage): Failure | null {
  try {
    authenticate(request, { signingName: 'aws-marketplace', regions: regions.metering })
    return null
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const { status, namespace, name, message } = error
    return { kind: 'failure', status, type: `${namespace ?? ''}#${name}`, body: { message } }
  }
}

function parseObject(body: string): object | null {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && !Array.isArray(value) ? value : null
  } catch {
    return null
  }
}
