import type { ServerResponse } from 'node:http'
import { send } from '../../http/answers.ts'
import type { AwsError } from '../aws-error.ts'
import { serializationError } from '../aws-error.ts'
import { decodeCbor, encodeCbor } from './cbor.ts'
import { type Input, isInput } from './input.ts'
import { escapeXml, inputOfQuery, sqsXml } from './query.ts'
import type { Service } from '../service.ts'

/** How a call and its answer are encoded. */
export type Protocol = {
  /** Throws `AwsError` for a body that cannot be read. */
  readonly read: (body: Buffer) => Input
  readonly succeed: (response: ServerResponse, output: object, requestId: string) => void
  readonly fail: (response: ServerResponse, error: AwsError, requestId: string) => void
}

export function jsonProtocol(contentType: string, { namespace, queryCompatible }: Service): Protocol {
  return {
    read: readJson,
    succeed: (response, output) => {
      send(response, 200, { contentType, text: JSON.stringify(withSeconds(output)) })
    },
    fail: (response, error, requestId) => {
      if (queryCompatible) response.setHeader('x-amzn-query-error', `${error.queryCode};Sender`)
      const body = { __type: typeOf(error, namespace), message: error.message, requestId, ...error.fields }
      send(response, error.status, { contentType, text: JSON.stringify(body) })
    },
  }
}

export function cborProtocol({ namespace }: Service): Protocol {
  const sendCbor = (response: ServerResponse, status: number, output: object) => {
    response.setHeader('smithy-protocol', 'rpc-v2-cbor')
    send(response, status, { contentType: 'application/cbor', text: encodeCbor(output) })
  }
  return {
    read: (body) => {
      const value = body.length === 0 ? {} : decoded(body)
      if (isInput(value)) return value
      throw serializationError('Start of structure or map expected.')
    },
    succeed: (response, output) => {
      sendCbor(response, 200, output)
    },
    fail: (response, error) => {
      sendCbor(response, error.status, { __type: typeOf(error, namespace), message: error.message, ...error.fields })
    },
  }
}

const withoutResult = ['ChangeMessageVisibility', 'DeleteMessage', 'PurgeQueue']

/** The protocol of SQS clients from before 2023. */
export function sqsQueryProtocol(action: string): Protocol {
  const xml = (root: string, content: string) => ({
    contentType: 'text/xml',
    text: `<?xml version="1.0"?><${root} xmlns="http://queue.amazonaws.com/doc/2012-11-05/">${content}</${root}>`,
  })
  return {
    read: (body) => inputOfQuery(new URLSearchParams(body.toString())),
    succeed: (response, output, requestId) => {
      // Clients expect the element of an operation that has a result, even when it is empty.
      const hasResult = !withoutResult.includes(action)
      const result = hasResult ? `<${action}Result>${sqsXml(action, output)}</${action}Result>` : ''
      const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`
      send(response, 200, xml(`${action}Response`, result + metadata))
    },
    fail: (response, error, requestId) => {
      const parts = `<Type>Sender</Type><Code>${error.queryCode}</Code><Message>${escapeXml(error.message)}</Message>`
      const content = `<Error>${parts}<Detail/></Error><RequestId>${requestId}</RequestId>`
      send(response, error.status, xml('ErrorResponse', content))
    },
  }
}

export const restProtocol: Protocol = {
  read: readJson,
  succeed: (response, output) => {
    send(response, 200, { contentType: 'application/json', text: JSON.stringify(withSeconds(output)) })
  },
  fail: (response, error) => {
    response.setHeader('x-amzn-ErrorType', error.name)
    send(response, error.status, { contentType: 'application/json', text: JSON.stringify({ message: error.message }) })
  },
}

function readJson(body: Buffer): Input {
  if (body.length === 0) return {}
  const value = parsed(body.toString())
  if (isInput(value)) return value
  throw serializationError('Start of structure or map found where not expected.')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw serializationError('The body is not JSON.')
  }
}

function decoded(body: Buffer): unknown {
  try {
    return decodeCbor(body)
  } catch (error) {
    throw serializationError(`The body is not CBOR: ${error instanceof Error ? error.message : String(error)}.`)
  }
}

function typeOf(error: AwsError, namespace: string): string {
  return `${error.namespace ?? namespace}#${error.name}`
}

/** AWS JSON writes a time as seconds since 1970. */
function withSeconds(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000
  if (Array.isArray(value)) return value.map(withSeconds)
  if (!isInput(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withSeconds(member)]))
}
