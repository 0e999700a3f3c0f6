import type { ServerResponse } from 'node:http'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createCredentials } from '../../src/aws/credentials.ts'
import { keepUntilExpired } from '../../src/aws/renewal.ts'
import { failure } from '../support/failure.ts'
import { listen } from '../support/listen.ts'

const minute = 60_000
const role = { arn: 'arn:aws:iam::111122223333:role/landing', externalId: null }

/** A source of credentials that are valid for one hour, and a clock. `fails` makes the source fail. */
function aSource() {
  const state = { now: Date.parse('2026-11-23T12:00:00Z'), fails: false, calls: 0 }
  const provider = keepUntilExpired(
    () => {
      state.calls += 1
      if (state.fails) return Promise.reject(new Error('AWS STS is away'))
      const expiration = new Date(state.now + 60 * minute)
      return Promise.resolve({ accessKeyId: `key-${String(state.calls)}`, secretAccessKey: 'secret', expiration })
    },
    () => state.now,
  )
  return { state, key: async () => (await provider()).accessKeyId }
}

it('credentials are renewed in the background in their last five minutes', async () => {
  const { state, key } = aSource()
  expect(await key()).toBe('key-1')
  state.now += 54 * minute
  expect(await key()).toBe('key-1')
  expect(state.calls).toBe(1)
  state.now += 2 * minute
  expect(await key()).toBe('key-1')
  await vi.waitFor(async () => {
    expect(await key()).toBe('key-2')
  }, 30_000)
  expect(state.calls).toBe(2)
})

it('credentials that cannot be renewed stay in use until they have expired', async () => {
  const { state, key } = aSource()
  await key()
  state.fails = true
  for (const minutes of [30, 26, 3.9]) {
    state.now += minutes * minute
    expect(await key()).toBe('key-1')
  }
  state.now += minute
  await expect(key()).rejects.toThrow('AWS STS is away')
  state.fails = false
  await expect(key()).resolves.toMatch(/^key-/)
})

it('an unavailable source of credentials is called at most every ten seconds', async () => {
  const { state, key } = aSource()
  await key()
  state.fails = true
  state.now += 57 * minute
  for (let buyers = 0; buyers < 20; buyers += 1) await key()
  expect(state.calls).toBe(2)
  state.now += 10_000
  await key()
  expect(state.calls).toBe(3)
})

/** The only source of credentials is the platform's endpoint, as on ECS and EKS. */
async function platform(status: number, body: string): Promise<void> {
  const { url } = await listen((_request, response) => {
    if (status !== 0) response.writeHead(status, { 'Content-Type': 'application/json' }).end(body)
  })
  const variables = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/credentials`,
    AWS_ACCESS_KEY_ID: undefined,
    AWS_SECRET_ACCESS_KEY: undefined,
    AWS_PROFILE: undefined,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  }
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
  onTestFinished(() => {
    vi.unstubAllEnvs()
  })
}

it.each([
  ['answers 500', 500, /status: 500/],
  ['answers 429', 429, /status: 429/],
  ['does not answer', 0, /Timeout/i],
])('a platform’s endpoint that %s is a temporary failure with its cause', async (_, status, cause) => {
  await platform(status, '{}')
  const { code, details } = await failure(createCredentials('us-east-1', null)())
  expect(code).toBe('marketplace-failed')
  expect(String(details.cause)).toMatch(cause)
  expect(details.hint).toContain('AWS_CONTAINER_CREDENTIALS')
})

it('a platform’s endpoint that denies the request fails as denied', async () => {
  await platform(403, '{"Code":"AccessDenied"}')
  const { code, details } = await failure(createCredentials('us-east-1', null)())
  expect(code).toBe('marketplace-denied')
  expect(String(details.cause)).toMatch(/status: 403/)
})

it('a failing source of a role is not reported as a role that cannot be assumed', async () => {
  await platform(500, '{}')
  const { code, details } = await failure(createCredentials('us-east-1', role)())
  expect(code).toBe('marketplace-failed')
  expect(details.hint).toContain('AWS_CONTAINER_CREDENTIALS')
})

it('the platform’s credentials are used', async () => {
  const keys = { AccessKeyId: 'AKID', SecretAccessKey: 'secret', Token: 'token', Expiration: '2099-01-01T00:00:00Z' }
  await platform(200, JSON.stringify(keys))
  await expect(createCredentials('us-east-1', null)()).resolves.toMatchObject({ accessKeyId: 'AKID' })
})

it('the role’s credentials outlive an outage of AWS STS', async () => {
  const expiration = new Date(Date.now() + 2 * minute).toISOString()
  const keys = `<AccessKeyId>ROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>`
  const answer = `<Credentials>${keys}<Expiration>${expiration}</Expiration></Credentials>`
  let calls = 0
  const { url } = await listen((_request, response) => {
    calls += 1
    response
      .writeHead(calls === 1 ? 200 : 500, { 'Content-Type': 'text/xml' })
      .end(`<AssumeRoleResponse><AssumeRoleResult>${answer}</AssumeRoleResult></AssumeRoleResponse>`)
  })
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, 'x')
  vi.stubEnv('AWS_ENDPOINT_URL_STS', url)
  onTestFinished(() => {
    vi.unstubAllEnvs()
  })
  const credentials = createCredentials('us-east-1', role)
  expect((await credentials()).accessKeyId).toBe('ROLE')
  expect((await credentials()).accessKeyId).toBe('ROLE')
})

it('a role without credentials to assume it with has the hint of missing credentials', async () => {
  await platform(403, '{}')
  const { code, details } = await failure(createCredentials('us-east-1', role)())
  expect(code).toBe('marketplace-denied')
  expect(details.hint).toMatch(/^Give the app AWS credentials/)
})

/** The only source of credentials is EC2 instance metadata, with this response to a request for a token. */
async function instance(answer: (response: ServerResponse) => void): Promise<void> {
  const { url } = await listen(({ method }, response) => {
    if (method === 'PUT') answer(response)
    else response.writeHead(401).end()
  })
  await platform(0, '')
  vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', undefined)
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', undefined)
  vi.stubEnv('AWS_EC2_METADATA_SERVICE_ENDPOINT', url)
}

it.each<[string, (response: ServerResponse) => void]>([
  ['that do not come, as with a hop limit of 1', () => undefined],
  ['of 503', (response) => response.writeHead(503).end()],
])('instance metadata %s is a temporary failure, with the hop limit in the hint', async (_, answer) => {
  await instance(answer)
  const { code, details } = await failure(createCredentials('us-east-1', null)())
  expect(code).toBe('marketplace-failed')
  expect(details.hint).toContain('--http-put-response-hop-limit 2')
})

it('instance metadata without a role means missing credentials', async () => {
  await instance((response) => response.end('metadata-token'))
  const { code, details } = await failure(createCredentials('us-east-1', null)())
  expect(code).toBe('marketplace-denied')
  expect(details.hint).toMatch(/^Give the app AWS credentials/)
})
