import { describe, expect, it } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import { aSimulator, signedFor, signedHeaders } from './support.ts'

function call({ url }: Simulator, body: string, changes: Record<string, string | null> = {}): Promise<Response> {
  const all: Record<string, string | null> = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AWSMPMeteringService.ResolveCustomer',
    ...signedHeaders('aws-marketplace'),
    ...changes,
  }
  const headers = Object.entries(all).filter((header): header is [string, string] => header[1] !== null)
  return fetch(url, { method: 'POST', headers, body })
}

describe('ResolveCustomer on the wire', () => {
  it('ResolveCustomer responds in AWS JSON 1.1 with a request id', async () => {
    const simulator = await aSimulator()
    const { token, customer } = simulator.issueToken('same-license')
    const response = await call(simulator, JSON.stringify({ RegistrationToken: token }))
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.1')
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/)
    expect(await response.json()).toEqual({
      ProductCode: 'simulatedproductcode00001',
      CustomerIdentifier: '',
      CustomerAWSAccountId: '012345678901',
      LicenseArn: customer.licenseArn,
    })
  })

  it.each([
    ['another content type', 400, 'service#UnknownOperationException', { 'content-type': 'application/json' }, '{}'],
    ['another target', 400, 'service#UnknownOperationException', { 'x-amz-target': 'AWSMPMeteringService.X' }, '{}'],
    ['no target', 400, 'service#UnknownOperationException', { 'x-amz-target': null }, '{}'],
    ['no signature', 403, 'service#MissingAuthenticationTokenException', { authorization: null }, '{}'],
    ['another kind of signature', 403, 'service#IncompleteSignatureException', { authorization: 'Bearer x' }, '{}'],
    ['another service', 403, 'service#InvalidSignatureException', { authorization: signedFor('execute-api') }, '{}'],
    ['no JSON', 400, 'service#SerializationException', {}, 'RegistrationToken=x'],
    ['an array', 400, 'service#SerializationException', {}, '[]'],
    ['a number for a token', 400, 'service#SerializationException', {}, '{"RegistrationToken":1}'],
    ['no token', 400, 'validate#ValidationException', {}, '{}'],
    ['a null token', 400, 'validate#ValidationException', {}, '{"RegistrationToken":null}'],
    ['an empty token', 400, 'validate#ValidationException', {}, '{"RegistrationToken":""}'],
  ])('ResolveCustomer refuses %s with %i %s', async (_, status, type, headers, body) => {
    const response = await call(await aSimulator(), body, headers)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.1')
    expect(await response.json()).toHaveProperty('__type', `com.amazon.coral.${type}`)
  })

  it('a body of more than a megabyte is rejected', async () => {
    expect((await call(await aSimulator(), 'x'.repeat(1_000_001))).status).toBe(413)
  })
})

describe('the record of calls', () => {
  it('a call is recorded with caller, token and outcome', async () => {
    const simulator = await aSimulator()
    const { token } = simulator.issueToken('expired')
    const before = Date.now()
    await call(simulator, JSON.stringify({ RegistrationToken: token }), { 'x-amz-security-token': 'temporary' })
    const [made] = simulator.calls.list()
    expect(made).toMatchObject({
      token,
      scenario: 'expired',
      outcome: 'ExpiredTokenException',
      accessKeyId: 'AKIDEXAMPLE',
      region: 'us-east-1',
      hasSessionToken: true,
      assumedRoleArn: null,
    })
    expect(made?.at).toBeGreaterThanOrEqual(before - 5)
    expect(made?.at).toBeLessThanOrEqual(Date.now() + 5)
    const overHttp = await fetch(`${simulator.url}/calls`)
    expect(await overHttp.json()).toEqual({ count: 1, calls: [made] })
  })

  it('rejected calls are counted, the latest are kept, and clear deletes them', async () => {
    const simulator = await aSimulator({ keepCalls: 3 })
    for (const token of ['a', 'b', 'c', 'd', 'e', 'f', '']) {
      await call(simulator, JSON.stringify({ RegistrationToken: token }))
    }
    expect(simulator.calls.count()).toBe(7)
    expect(simulator.calls.list().map(({ token }) => token)).toEqual(['e', 'f', null])
    simulator.calls.clear()
    expect(simulator.calls.count()).toBe(0)
    expect(simulator.calls.list()).toEqual([])
  })

  it('each call is logged in one line without the token', async () => {
    const lines: string[] = []
    const simulator = await aSimulator({ log: (line) => lines.push(line) })
    const { token } = simulator.issueToken('new-buyer')
    await call(simulator, JSON.stringify({ RegistrationToken: token }))
    expect(lines).toEqual(['ResolveCustomer new-buyer: customer (AKIDEXAMPLE)'])
  })
})
