import { expect, it } from 'vitest'
import { checkConsole } from '../../src/cli/doctor/console.ts'
import { ok, skipped } from '../../src/cli/doctor/finding.ts'
import { parseConfig } from '../../src/config/config.ts'
import { environment } from '../support/environment.ts'
import { freePort } from '../support/free-port.ts'
import { startProvider } from '../support/oidc.ts'

const check = (env: Readonly<Record<string, string>>) => checkConsole({ config: parseConfig(environment(env)) })

it('the doctor reads the discovery document and tests the client without signing anybody in', async () => {
  const { env, url, behavior } = await startProvider()
  expect(await check(env)).toEqual(
    ok(`${url} accepts the client; register http://localhost:3000/console/callback there`),
  )
  expect(behavior.calls).toEqual(['/.well-known/openid-configuration', '/jwks', '/token'])
})

it('the doctor reports a console that is off or open on this machine', async () => {
  expect(await check({})).toEqual(skipped('CONSOLE_OIDC_ISSUER is not set: there is no console'))
  expect(await check({ CONSOLE_OPEN: 'true' })).toEqual(ok('open without sign-in, on this machine only'))
})

const discovery = '/.well-known/openid-configuration'

it.each<[string, string, Readonly<Record<string, unknown>>, RegExp, RegExp]>([
  [
    'another issuer',
    discovery,
    { issuer: 'https://login.example.com' },
    /that of another issuer$/,
    /^Set CONSOLE_OIDC_ISSUER to https:\/\/login\.example\.com,/,
  ],
  [
    'no endpoints',
    discovery,
    { token_endpoint: undefined, jwks_uri: undefined },
    /lacks: token_endpoint, jwks_uri$/,
    /^Use an issuer/,
  ],
  [
    'no code flow',
    discovery,
    { response_types_supported: ['id_token'] },
    /lacks: response type code$/,
    /^Use an issuer/,
  ],
  ['no PKCE', discovery, { code_challenge_methods_supported: ['plain'] }, /lacks: PKCE with S256$/, /^Use an issuer/],
  ['no keys', '/jwks', { keys: [] }, /^127\.0\.0\.1:\d+ gives no usable answer$/, /^Correct CONSOLE_OIDC_ISSUER/],
])('the doctor finds a provider with %s, and names the fix', async (_what, where, change, found, fix) => {
  const { env, behavior } = await startProvider()
  behavior.alter = (path, body) => (path === where ? { ...body, ...change } : body)
  expect(await check(env)).toEqual({
    ...{ status: 'failed', found: expect.stringMatching(found) as string },
    fixes: [expect.stringMatching(fix)],
  })
})

it('the doctor finds a provider that is unreachable, and an issuer without a discovery document', async () => {
  const { env, url } = await startProvider()
  const port = String(await freePort())
  expect(await check({ ...env, CONSOLE_OIDC_ISSUER: `http://127.0.0.1:${port}` })).toMatchObject({
    ...{ status: 'failed', found: `http://127.0.0.1:${port}: connection refused (ECONNREFUSED)` },
    fixes: [expect.stringContaining('CONSOLE_OIDC_ISSUER')],
  })
  expect(await check({ ...env, CONSOLE_OIDC_ISSUER: `${url}/tenant` })).toMatchObject({
    ...{ status: 'failed', found: `${url}/tenant gives no usable answer` },
    fixes: [expect.stringContaining('/.well-known/openid-configuration')],
  })
})

it('the doctor finds a secret that the provider does not accept', async () => {
  const { env, url } = await startProvider()
  expect(await check({ ...env, CONSOLE_OIDC_CLIENT_SECRET: 'expired' })).toMatchObject({
    ...{ status: 'failed', found: `${url} does not accept the client` },
    fixes: [expect.stringMatching(/^Compare CONSOLE_OIDC_CLIENT_ID and CONSOLE_OIDC_CLIENT_SECRET/)],
  })
})
