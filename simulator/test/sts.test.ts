import { fromTemporaryCredentials } from '@aws-sdk/credential-providers'
import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { describe, expect, it } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import { clientsOf, requestId } from './clients.ts'
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
  it('AssumeRole issues credentials that identify the role in later calls', async () => {
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

  it('AssumeRole is denied for a role that is not assumable', async () => {
    const simulator = await aSimulator()
    const client = aClient(simulator, { credentials: assuming(simulator, 'not-assumable') })
    const error = await rejection(redeem(client, simulator.issueToken('new-buyer').token))
    expect(error.name).toBe('AccessDenied')
    expect(error.message).toContain('is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::2222')
    expect(error['$metadata']).toMatchObject({ httpStatusCode: 403 })
    expect(simulator.calls.count()).toBe(0)
  })

  it('AssumeRole is denied without the external id that a role needs', async () => {
    const simulator = await aSimulator()
    expect((await rejection(assuming(simulator, 'needs-external-id')())).name).toBe('AccessDenied')
    expect((await assuming(simulator, 'needs-external-id', 'x')()).accessKeyId).toMatch(/^ASIA/)
  })
})

describe('STS on the wire', () => {
  it('GetCallerIdentity returns the user, and the role after AssumeRole', async () => {
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
    ['a malformed role', 'Action=AssumeRole&RoleArn=%3Cx%3E', signedFor('sts'), 400, 'ValidationError'],
  ])('STS refuses %s', async (_, body, authorization, status, code) => {
    const response = await query(await aSimulator(), body, authorization)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('text/xml')
    expect(await response.text()).toContain(`<Code>${code}</Code>`)
  })
})

function jwt(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'none' })}.${part(claims)}.x`
}

describe('STS, seen through the SDK', () => {
  const role = { RoleArn: 'arn:aws:iam::222233334444:role/registrar', RoleSessionName: 'landing' }

  it('AssumeRoleWithWebIdentity accepts a web identity token without a signature', async () => {
    const { sts } = clientsOf(await aSimulator())
    const WebIdentityToken = jwt({ sub: 'system:pod', iss: 'https://oidc.example.com', aud: 'sts.amazonaws.com' })
    const answer = await sts.send(new AssumeRoleWithWebIdentityCommand({ ...role, WebIdentityToken }))
    expect(answer).toMatchObject({
      SubjectFromWebIdentityToken: 'system:pod',
      Provider: 'https://oidc.example.com',
      AssumedRoleUser: { Arn: 'arn:aws:sts::222233334444:assumed-role/registrar/landing' },
    })
    expect(answer.$metadata.requestId).toMatch(requestId)
    expect(answer.Credentials?.Expiration?.getTime()).toBeGreaterThan(Date.now() + 3_500_000)
  })

  it.each([
    ['expired', jwt({ exp: 1 }), 'ExpiredTokenException'],
    ['malformed', 'x', 'InvalidIdentityTokenException'],
  ])('AssumeRoleWithWebIdentity rejects a token that is %s', async (_, WebIdentityToken, name) => {
    const { sts } = clientsOf(await aSimulator())
    const error = await rejection(sts.send(new AssumeRoleWithWebIdentityCommand({ ...role, WebIdentityToken })))
    expect(error.name).toBe(name)
    expect(error['$metadata']).toMatchObject({ requestId: expect.stringMatching(requestId) as never })
  })

  it.each([899, 43_201])('AssumeRole rejects a session of %i seconds', async (DurationSeconds) => {
    const { sts } = clientsOf(await aSimulator())
    const error = await rejection(sts.send(new AssumeRoleCommand({ ...role, DurationSeconds })))
    expect(error).toMatchObject({ name: 'ValidationError', $metadata: { httpStatusCode: 400 } })
    expect(error.message).toContain(`Value '${String(DurationSeconds)}' at 'durationSeconds'`)
  })

  it('AssumeRole issues sessions of the requested length, but of one hour at most for a chained role', async () => {
    const simulator = await aSimulator()
    const { sts } = clientsOf(simulator)
    const { Credentials } = await sts.send(new AssumeRoleCommand({ ...role, DurationSeconds: 7200 }))
    expect(Credentials?.Expiration?.getTime()).toBeGreaterThan(Date.now() + 7_100_000)
    const credentials = { accessKeyId: Credentials?.AccessKeyId ?? '', secretAccessKey: 'x', sessionToken: 'x' }
    const chained = new STSClient({ region: 'us-east-1', endpoint: simulator.url, credentials })
    const error = await rejection(chained.send(new AssumeRoleCommand({ ...role, DurationSeconds: 7200 })))
    expect(error.message).toContain('1 hour session limit')
  })
})
