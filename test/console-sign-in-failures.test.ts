import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type { Configuration } from 'oidc-provider'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { signInFailures } from '../src/web/console/sign-in-failures.ts'
import { testApp, type Overrides } from './support/app.ts'
import { consoleBrowser, pageOf } from './support/console-browser.ts'
import { freePort } from './support/free-port.ts'
import { startProvider } from './support/oidc.ts'
import { page } from './support/page.ts'

async function start({ env = {}, ...overrides }: Overrides = {}, settings: Configuration = {}) {
  const provider = await startProvider(settings)
  const tested = await testApp({ env: { ...provider.env, ...env }, ...overrides })
  const sessions = () => tested.rows('select * from console_sessions')
  return { ...tested, ...provider, sessions, browser: consoleBrowser(tested.app) }
}

describe('a callback', () => {
  it('a callback can be used once', async () => {
    const { browser, log, sessions } = await start()
    const callback = await browser.callbackOf('/console')
    const before = browser.cookies.get('console') ?? ''
    await browser.get(callback)
    browser.cookies.set('console', before)
    const replayed = await browser.get(callback)
    expect(pageOf(replayed)).toEqual([400, 'console-sign-in-unknown'])
    expect(page(replayed.text).links).toContain('/console/sign-in')
    expect(log.events('console.refused')).toMatchObject([{ reason: 'sign-in-unknown', level: 30 }])
    expect(log.events('console.signed_in')).toHaveLength(1)
    expect(sessions()).toHaveLength(1)
  })

  it('a callback with another state than this browser’s is rejected', async () => {
    const { browser, log, sessions, behavior } = await start()
    const callback = new URL(await browser.callbackOf('/console'))
    callback.searchParams.set('state', 'x'.repeat(43))
    expect(pageOf(await browser.get(callback.href))).toEqual([400, 'console-sign-in-unknown'])
    callback.searchParams.set('state', '.draft')
    expect(pageOf(await browser.get(callback.href))).toEqual([400, 'console-sign-in-unknown'])
    callback.searchParams.delete('state')
    expect(pageOf(await browser.get(callback.href))).toEqual([400, 'console-sign-in-unknown'])
    expect(log.events('console.refused').map(({ reason }) => reason)).toEqual(Array(3).fill('sign-in-unknown'))
    expect(behavior.calls).not.toContain('/token')
    expect(sessions()).toHaveLength(1)
  })

  it('a callback in another browser is rejected', async () => {
    const { browser, app, log } = await start()
    const callback = await browser.callbackOf('/console')
    const victim = consoleBrowser(app)
    await victim.get('/console')
    expect(pageOf(await victim.get(callback))).toEqual([400, 'console-sign-in-unknown'])
    expect(pageOf(await consoleBrowser(app).get(callback))).toEqual([400, 'console-cookie-missing'])
    expect(log.events('console.refused')).toMatchObject([{ reason: 'sign-in-unknown' }, { reason: 'cookie-missing' }])
    expect(log.events('console.signed_in')).toEqual([])
  })

  it('a callback after more than ten minutes is rejected', async () => {
    let at = Date.now()
    const { browser, log } = await start({ now: () => new Date(at) })
    const callback = await browser.callbackOf('/console')
    at += 601_000
    expect(pageOf(await browser.get(callback))).toEqual([400, 'console-sign-in-unknown'])
    expect(log.events('console.signed_in')).toEqual([])
  })

  it('a callback with an ID token for another nonce is rejected', async () => {
    const { browser, log, sessions } = await start()
    const started = await browser.get('/console')
    const address = new URL(started.headers['location'] ?? '')
    address.searchParams.set('nonce', 'the-nonce-of-another-sign-in')
    const answer = await browser.open(address.href)
    expect(pageOf(answer)).toEqual([400, 'console-nonce-mismatch'])
    expect(log.events('console.refused')).toMatchObject([{ reason: 'nonce-mismatch', level: 40 }])
    expect(sessions()).toEqual([])
  })

  it('a callback with a modified ID token is rejected', async () => {
    const { browser, behavior, log, sessions } = await start({}, { conformIdTokenClaims: false })
    behavior.person = { sub: 'eve', email: 'eve@evil.test', email_verified: true }
    const admitted = { email: 'jane.doe@example.com' }
    behavior.alter = (path, body) =>
      path === '/token' ? { ...body, id_token: changed(String(body['id_token']), admitted) } : body
    expect(pageOf(await browser.open('/console'))).toEqual([400, 'console-token-invalid'])
    expect(log.events('console.refused')).toMatchObject([{ reason: 'token-invalid', level: 50 }])
    expect(sessions()).toEqual([])
  })

  it('a HEAD request does not use up a callback', async () => {
    const { browser, app } = await start()
    const callback = new URL(await browser.callbackOf('/console'))
    const cookie = `console=${browser.cookies.get('console') ?? ''}`
    const head = await request(app).head(`${callback.pathname}${callback.search}`).set('Cookie', cookie)
    expect(head.status).toBe(405)
    expect((await browser.get(callback.href)).status).toBe(303)
  })

  it('a callback with an error of the provider explains it', async () => {
    const { browser, log } = await start()
    const { searchParams } = new URL(await browser.callbackOf('/console'))
    const denied = new URLSearchParams({ error: 'access_denied', state: searchParams.get('state') ?? '' })
    denied.set('iss', searchParams.get('iss') ?? '')
    expect(pageOf(await browser.get(`/console/callback?${denied.toString()}`))).toEqual([
      403,
      'console-provider-refused',
    ])
    expect(log.events('console.refused')).toMatchObject([
      { reason: 'provider-refused', providerError: 'access_denied' },
    ])
  })
})

/** An ID token with changed claims and its original signature. */
function changed(idToken: string, claims: object): string {
  const [head = '', payload = '', signature = ''] = idToken.split('.')
  const signed = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
  return [head, Buffer.from(JSON.stringify({ ...signed, ...claims })).toString('base64url'), signature].join('.')
}

async function* drops(): AsyncGenerator<string> {
  for (let n = 0; n < 60; n += 1) {
    await pause(100)
    yield ' '
  }
}

describe('a provider', () => {
  it('a provider that is down at the start is called again at the next sign-in, and buyers are not affected', async () => {
    const port = await freePort()
    const env = { CONSOLE_OIDC_ISSUER: `http://127.0.0.1:${String(port)}` }
    const { browser, app, log } = await start({ env })
    const answer = await browser.get('/console?list=all')
    expect(pageOf(answer)).toEqual([504, 'console-provider-unreachable'])
    expect(page(answer.text).links).toContain('/console/sign-in?return=%2Fconsole%3Flist%3Dall')
    expect(log.events('console.refused')).toMatchObject([
      { reason: 'provider-unreachable', level: 40, hint: expect.stringContaining('CONSOLE_OIDC_ISSUER') as string },
    ])
    expect((await request(app).get('/')).status).toBe(200)
    await startProvider({}, { port })
    expect(pageOf(await browser.open('/console?list=all'))).toEqual([200, 'console-list'])
  })

  it('the deadline applies to each call to a slow provider', async () => {
    const { browser, behavior, log } = await start({ providerDeadlineMs: 1_500 })
    behavior.delayMs = 6_000
    expect(pageOf(await browser.get('/console'))).toEqual([504, 'console-provider-unreachable'])
    behavior.delayMs = 0
    const callback = await browser.callbackOf('/console')
    behavior.delayMs = 6_000
    expect(pageOf(await browser.get(callback))).toEqual([504, 'console-provider-unreachable'])
    expect(log.events('console.refused')).toHaveLength(2)
    behavior.delayMs = 0
    expect(pageOf(await browser.open('/console'))).toEqual([200, 'console-list'])
  })

  it('the deadline applies to a provider that responds byte by byte', async () => {
    const { browser, behavior } = await start({ providerDeadlineMs: 1_500 })
    behavior.intercept = (context) => {
      if (context.path !== '/token') return false
      Object.assign(context, { type: 'json', body: Readable.from(drops()) })
      return true
    }
    expect(pageOf(await browser.open('/console'))).toEqual([504, 'console-provider-unreachable'])
  })

  it('a provider that rejects the client is logged with the variables to compare', async () => {
    const { browser, log } = await start({ env: { CONSOLE_OIDC_CLIENT_SECRET: 'another-secret' } })
    expect(pageOf(await browser.open('/console'))).toEqual([502, 'console-provider-failed'])
    expect(log.events('console.refused')).toMatchObject([
      {
        ...{ reason: 'provider-failed', level: 50 },
        hint: expect.stringMatching(/^Compare CONSOLE_OIDC_CLIENT_ID and CONSOLE_OIDC_CLIENT_SECRET/) as string,
      },
    ])
    expect(log.text()).not.toContain('another-secret')
  })

  it.each([
    ['an issuer of another name', '/.well-known/openid-configuration', { issuer: 'https://evil.test' }],
    ['no token endpoint', '/.well-known/openid-configuration', { token_endpoint: undefined }],
    ['no keys', '/.well-known/openid-configuration', { jwks_uri: undefined }],
    ['no ID token', '/token', { id_token: undefined }],
  ])('a provider with %s signs nobody in', async (_what, where, change) => {
    const { browser, behavior, log, sessions } = await start()
    behavior.alter = (path, body) => (path === where ? { ...body, ...change } : body)
    expect((await browser.open('/console')).status).toBeGreaterThanOrEqual(400)
    expect(log.events('console.refused')).toHaveLength(1)
    expect(sessions()).toEqual([])
    behavior.alter = (_path, body) => body
  })
})

it('docs/console.md lists every reason of a failed sign-in', () => {
  const [, section = ''] = readFileSync('docs/console.md', 'utf8').split('### Who was refused')
  const listed = [...section.matchAll(/^\| (`[a-z`, -]+`) \|/gm)].flatMap(
    ([, names = '']) => names.match(/[a-z-]+/g) ?? [],
  )
  expect(listed.filter((name) => name !== 'reason').sort()).toEqual(
    [...Object.keys(signInFailures), 'not-this-machine'].sort(),
  )
})
