import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { authenticate } from './authentication.ts'
import type { AwsCalls } from './aws-calls.ts'
import { AwsError, frontEnd } from './aws-error.ts'
import type { Service } from './service.ts'
import { callerOf } from './signature.ts'
import { cborProtocol, jsonProtocol, type Protocol, restProtocol, sqsQueryProtocol } from './wire/protocols.ts'

export type Services = {
  /** By the first part of `X-Amz-Target`. */
  readonly targets: Readonly<Record<string, Service>>
  readonly sqs: Service
  readonly ses: Service
}

type Target = { readonly service: Service; readonly operation: string; readonly protocol: Protocol }

type Deps = { readonly services: Services; readonly calls: AwsCalls; readonly log: (line: string) => void }

/** Every AWS service except ResolveCustomer and STS, whose answers differ. */
export function createEndpoint({ services, calls, log }: Deps) {
  return async (request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> => {
    const requestId = randomUUID()
    response.setHeader('x-amzn-RequestId', requestId)
    const target = targetOf(request, body, services)
    let outcome = 'ok'
    try {
      const output = await runOperation(target, { request, response, body })
      if (!response.destroyed) target.protocol.succeed(response, output, requestId)
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      outcome = error.name
      target.protocol.fail(response, error, requestId)
    }
    const { operation } = target
    const { accessKeyId = null, region = null } = callerOf(request) ?? {}
    calls.add({ at: Date.now(), requestId, operation, outcome, accessKeyId, region })
    log(`${operation}: ${outcome} (${accessKeyId ?? 'not signed'})`)
  }
}

type HttpCall = { readonly request: IncomingMessage; readonly response: ServerResponse; readonly body: Buffer }

async function runOperation(target: Target, { request, response, body }: HttpCall): Promise<object> {
  const { service, operation, protocol } = target
  const run = Object.hasOwn(service.operations, operation) ? service.operations[operation] : undefined
  if (run === undefined) throw unknownOperation(operation)
  const caller = authenticate(request, service)
  const gone = new AbortController()
  response.once('close', () => {
    gone.abort()
  })
  const origin = `http://${request.headers.host ?? '127.0.0.1'}`
  return run(protocol.read(body), { caller, gone: gone.signal, origin })
}

function targetOf(request: IncomingMessage, body: Buffer, { targets, sqs, ses }: Services): Target {
  const contentType = request.headers['content-type'] ?? ''
  const path = (request.url ?? '/').replace(/\?.*$/s, '')
  const find = (name: string) => (Object.hasOwn(targets, name) ? targets[name] : undefined) ?? unknownService
  const [, cborService, cborOperation] = /\/service\/([^/]+)\/operation\/([^/]+)$/.exec(path) ?? []
  if (cborService !== undefined && cborOperation !== undefined) {
    const service = find(cborService)
    return { service, operation: cborOperation, protocol: cborProtocol(service) }
  }
  if (path.startsWith('/v2/email/')) {
    return { service: ses, operation: sesOperation(request.method, path), protocol: restProtocol }
  }
  if (contentType.startsWith('application/x-www-form-urlencoded')) {
    const action = /(?:^|&)Action=(\w{1,100})/.exec(body.toString())?.[1] ?? 'Unknown'
    return { service: sqs, operation: action, protocol: sqsQueryProtocol(action) }
  }
  const [name = '', operation = ''] = String(request.headers['x-amz-target'] ?? '').split('.')
  const service = contentType.startsWith('application/x-amz-json') ? find(name) : unknownService
  const version = contentType.startsWith('application/x-amz-json-1.0') ? '1.0' : '1.1'
  return { service, operation, protocol: jsonProtocol(`application/x-amz-json-${version}`, service) }
}

function sesOperation(method: string | undefined, path: string): string {
  if (method === 'POST' && path === '/v2/email/outbound-emails') return 'SendEmail'
  if (method === 'GET' && path === '/v2/email/account') return 'GetAccount'
  return `${method ?? ''} ${path}`
}

const unknownService: Service = { signingName: '', regions: [], namespace: frontEnd, operations: {} }

function unknownOperation(operation: string): AwsError {
  return new AwsError({
    name: 'UnknownOperationException',
    queryCode: 'InvalidAction',
    message: operation === '' ? '' : `The simulator has no operation ${operation}.`,
    namespace: frontEnd,
  })
}
