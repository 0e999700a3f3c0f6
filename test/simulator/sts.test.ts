import { fromTemporaryCredentials } from '@aws-sdk/credential-providers'
import { describe, expect, it } from 'vitest'
import type { Simulator } from '../../src/simulator/simulator.ts'
import { aClient, amzDate, aSimulator, redeem, rejection, signedFor } from './support.ts'

const masterCredentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'anything' }

function assuming({ url }: Simulator, role: string, externalId?: string) {
  const params = {
    RoleArn: `arn:aws:iam::222233334444:role/${role}`,
    RoleSessionName: 'landing',
    ...(externalId !== undefined && { ExternalId: externalId }),
  }
  return fromTemporaryCredentials({ masterCredentials, params, clientConfig: { region: 'us-east-1', endpoint: url } })
}

function query({ url }: Simulator, body: string, authorization: string | null = signedFor('sts')): Promise<Response> {
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    ...(authorization !== null && { authorization, 'x-amz-date': amzDate() }),
  }
  return fetch(url, { method: 'POST', headers, body })
}

describe('assuming a role', () => {
  it('gives credentials by which the calls are known', async () => {
    const simulator = await aSimulator()
    const client = aClient(simulator, { credentials: assuming(simulator, 'registrar') })
    const { token } = simulator.issueToken('new-buyer')
    await redeem(client, token)
    const [call] = simulator.calls.of(token)
    expect(call).toMatchObject({
      hasSessionToken: true,
      assumedRoleArn: 'arn:aws:iam::222233334444:role/registrar',
      outcome: 'customer',
    })
    expect(call?.accessKeyId).toMatch(/^ASIA[0-9A-Z]{16}$/)
  })

  it('is denied for a role that is not assumable', async () => {
    const simulator = await aSimulator()
    const client = aClient(simulator, { credentials: assuming(simulator, 'not-assumable') })
    const error = await rejection(redeem(client, simulator.issueToken('new-buyer').token))
    expect(error.name).toBe('AccessDenied')
    expect(error.message).toContain('is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::2222')
    expect(error['$metadata']).toMatchObject({ httpStatusCode: 403 })
    expect(simulator.calls.count()).toBe(0)
  })

  it('is denied without the external id that a role needs, and granted with it', async () => {
    const simulator = await aSimulator()
    expect((await rejection(assuming(simulator, 'needs-external-id')())).name).toBe('AccessDenied')
    expect((await assuming(simulator, 'needs-external-id', 'x')()).accessKeyId).toMatch(/^ASIA/)
  })
})

describe('STS on the wire', () => {
  it('says who the caller is, before and after assuming a role', async () => {
    const simulator = await aSimulator()
    const before = await query(simulator, 'Action=GetCallerIdentity&Version=2011-06-15')
    expect(before.status).toBe(200)
    expect(await before.text()).toContain('<Arn>arn:aws:iam::111122223333:user/landing</Arn>')
    const { accessKeyId } = await assuming(simulator, 'registrar')()
    const authorization = signedFor('sts').replace('AKIDEXAMPLE', accessKeyId)
    const after = await (await query(simulator, 'Action=GetCallerIdentity', authorization)).text()
    expect(after).toContain('<Arn>arn:aws:sts::222233334444:assumed-role/registrar/landing</Arn>')
    expect(after).toContain('<Account>222233334444</Account>')
  })

  it.each([
    ['an unsigned call', 'Action=GetCallerIdentity', null, 403, 'MissingAuthenticationToken'],
    ['another scope', 'Action=GetCallerIdentity', signedFor('aws-marketplace'), 403, 'SignatureDoesNotMatch'],
    ['another action', 'Action=GetSessionToken', signedFor('sts'), 400, 'InvalidAction'],
    ['an odd role', 'Action=AssumeRole&RoleArn=%3Cx%3E', signedFor('sts'), 400, 'ValidationError'],
  ])('refuses %s', async (_, body, authorization, status, code) => {
    const response = await query(await aSimulator(), body, authorization)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('text/xml')
    expect(await response.text()).toContain(`<Code>${code}</Code>`)
  })
})
