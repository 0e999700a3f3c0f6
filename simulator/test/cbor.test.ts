import {
  GetEntitlementsCommand,
  MarketplaceEntitlementServiceClient,
} from '@aws-sdk/client-marketplace-entitlement-service'
import { SmithyRpcV2CborProtocol } from '@smithy/core/cbor'
import { describe, expect, it } from 'vitest'
import { decodeCbor, encodeCbor } from '../src/aws/wire/cbor.ts'
import { requestId, send } from './clients.ts'
import { aSimulator, rejection, signedHeaders } from './support.ts'

describe('GetEntitlements in CBOR', () => {
  async function aClientInCbor() {
    const simulator = await aSimulator({ productCode: 'ours' })
    const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'anything' }
    const config = { region: 'us-east-1', endpoint: simulator.url, credentials, protocol: SmithyRpcV2CborProtocol }
    return { simulator, client: new MarketplaceEntitlementServiceClient(config) }
  }

  it('GetEntitlements returns entitlements and dates in CBOR', async () => {
    const { simulator, client } = await aClientInCbor()
    const { purchase, customer } = simulator.issueToken('new-buyer')
    await send(simulator, `/purchases/${purchase}/events`, { event: 'activate' })
    const Filter = { LICENSE_ARN: [customer.licenseArn ?? ''] }
    const answer = await client.send(new GetEntitlementsCommand({ ProductCode: 'ours', Filter }))
    expect(answer.Entitlements?.map(({ Dimension, Value }) => [Dimension, Value?.IntegerValue])).toEqual([
      ['seats', 10],
      ['projects', 3],
    ])
    expect(answer.Entitlements?.[0]?.ExpirationDate).toBeInstanceOf(Date)
    expect(answer.$metadata.requestId).toMatch(requestId)
  })

  it('GetEntitlements returns the same exception class in CBOR', async () => {
    const { client } = await aClientInCbor()
    const error = await rejection(client.send(new GetEntitlementsCommand({ ProductCode: '' })))
    expect(error).toMatchObject({ name: 'InvalidParameterException', $metadata: { httpStatusCode: 400 } })
  })

  it.each([
    ['a cut-off map', Buffer.from([0xa1, 0x61])],
    ['an array', Buffer.from([0x80])],
    ['deeply nested arrays', Buffer.alloc(100_000, 0x81)],
    ['a length that is too large', Buffer.from([0x5b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])],
  ])('a CBOR call with %s is rejected', async (_, body) => {
    const simulator = await aSimulator()
    const headers = {
      ...signedHeaders('aws-marketplace'),
      'smithy-protocol': 'rpc-v2-cbor',
      'content-type': 'application/cbor',
    }
    const path = '/service/AWSMPEntitlementService/operation/GetEntitlements'
    const response = await fetch(simulator.url + path, { method: 'POST', headers, body })
    expect(response.status).toBe(400)
    const answer = decodeCbor(Buffer.from(await response.arrayBuffer())) as { __type: string }
    expect(answer.__type).toBe('com.amazon.coral.service#SerializationException')
  })
})

describe('CBOR', () => {
  it.each<[unknown]>([
    [{ text: 'Grüße', list: [1, -1, 23, 24, 255, 65_536, 2 ** 40], float: 1.5, yes: true, no: false, nothing: null }],
    [{ at: new Date(1_700_000_000_500) }],
    [[]],
  ])('CBOR decodes what it encodes: %j', (value) => {
    expect(decodeCbor(encodeCbor(value))).toEqual(value)
  })

  it.each<[string, string, unknown]>([
    ['an indefinite map', 'bf616101ff', { a: 1 }],
    ['an indefinite list', '9f0102ff', [1, 2]],
    ['an indefinite string', '7f61616162ff', 'ab'],
    ['a half float', 'f93e00', 1.5],
    ['a single float', 'fa3fc00000', 1.5],
    ['a large number', '1b0000010000000000', 2 ** 40],
    ['undefined', 'f7', null],
  ])('CBOR decodes %s', (_, hex, value) => {
    expect(decodeCbor(Buffer.from(hex, 'hex'))).toEqual(value)
  })
})
