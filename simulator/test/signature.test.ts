import { describe, expect, it } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import { amzDate, aSimulator, signedHeaders } from './support.ts'

function callJson({ url }: Simulator, target: string, headers: Record<string, string>): Promise<Response> {
  const version = target.startsWith('AWSMPMetering') || target.startsWith('AWSMPEntitlement') ? '1.1' : '1.0'
  const all = { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': target, ...headers }
  return fetch(url, { method: 'POST', headers: all, body: '{}' })
}

const targets = [
  ['AWSMPMeteringService.ResolveCustomer', 'aws-marketplace'],
  ['AWSMPMeteringService.BatchMeterUsage', 'aws-marketplace'],
  ['AWSMPEntitlementService.GetEntitlements', 'aws-marketplace'],
  ['AWSMPCommerceService_v20200301.SearchAgreements', 'aws-marketplace'],
  ['AmazonSQS.ReceiveMessage', 'sqs'],
] as const

describe.each(targets)('%s', (target, service) => {
  const minutes = 60_000
  it.each([
    ['another service', signedHeaders('s3'), `Credential should be scoped to correct service: '${service}'`],
    ['a Region that does not exist', signedHeaders(service, { region: 'us-east-9' }), 'scoped to a valid region'],
    ['a clock 16 minutes slow', signedHeaders(service, { at: Date.now() - 16 * minutes }), 'Signature expired: '],
    [
      'a clock 16 minutes fast',
      signedHeaders(service, { at: Date.now() + 16 * minutes }),
      'Signature not yet current: ',
    ],
    [
      'a date that differs from its scope',
      { ...signedHeaders(service), 'x-amz-date': amzDate(Date.now() - 48 * 60 * minutes) },
      'Date in Credential scope does not match',
    ],
  ])('a call signed with %s is rejected', async (_, headers, message) => {
    const response = await callJson(await aSimulator(), target, headers)
    expect(response.status).toBe(403)
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/)
    const body = (await response.json()) as { __type: string; message: string }
    expect(body.__type).toBe('com.amazon.coral.service#InvalidSignatureException')
    expect(body.message).toContain(message)
  })

  it('a call signed by a clock that is 14 minutes slow is accepted', async () => {
    const headers = signedHeaders(service, { at: Date.now() - 14 * minutes })
    expect((await callJson(await aSimulator(), target, headers)).status).not.toBe(403)
  })
})

it('a signature without a date is rejected', async () => {
  const { authorization } = signedHeaders('aws-marketplace')
  const response = await callJson(await aSimulator(), 'AWSMPMeteringService.ResolveCustomer', { authorization })
  expect(await response.json()).toHaveProperty('__type', 'com.amazon.coral.service#IncompleteSignatureException')
})

it('ResolveCustomer is available in Regions where GetEntitlements is not', async () => {
  const simulator = await aSimulator()
  const headers = signedHeaders('aws-marketplace', { region: 'eu-west-1' })
  expect((await callJson(simulator, 'AWSMPMeteringService.ResolveCustomer', headers)).status).toBe(400)
  expect((await callJson(simulator, 'AWSMPEntitlementService.GetEntitlements', headers)).status).toBe(403)
})

it('the simulator’s clock does not affect signatures', async () => {
  const simulator = await aSimulator()
  simulator.advanceClock(86_400_000)
  const response = await callJson(simulator, 'AWSMPMeteringService.ResolveCustomer', signedHeaders('aws-marketplace'))
  expect(response.status).toBe(400)
})
