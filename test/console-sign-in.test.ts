import { describe, expect, it } from 'vitest'
import { testApp } from './support/app.ts'
import { consoleBrowser, pageOf } from './support/console-browser.ts'
import { startProvider } from './support/oidc.ts'
import { page } from './support/page.ts'

async function start(env: Readonly<Record<string, string>> = {}) {
  const provider = await startProvider()
  const tested = await testApp({ env: { ...provider.env, ...env } })
  const sessions = () => tested.rows('select * from console_sessions')
  return { ...tested, ...provider, sessions, browser: consoleBrowser(tested.app) }
}

describe('a sign-in', () => {
  it('the sign-in admits a person of an allowed domain, in any case of letters, and leads to the requested page', async () => {
    const { browser, log, sessions } = await start()
    const asked = await browser.get('/console?list=all')
    const { searchParams: sent } = new URL(asked.headers['location'] ?? '')
    expect(asked.status).toBe(303)
    expect(Object.fromEntries(sent)).toMatchObject({
      ...{ response_type: 'code', client_id: 'landing', scope: 'openid email', code_challenge_method: 'S256' },
      redirect_uri: 'http://localhost:3000/console/callback',
      ...{ state: expect.stringMatching(/^.{43}$/) as string, nonce: expect.stringMatching(/^.{43}$/) as string },
    })
    const callback = await browser.get(await browser.callbackOf(asked.headers['location'] ?? ''))
    expect([callback.status, callback.headers['location']]).toEqual([303, '/console?list=all'])
    expect(pageOf(await browser.get('/console?list=all'))).toEqual([200, 'console-list'])
    expect(log.events('console.signed_in')).toMatchObject([{ actor: 'Jane.Doe@Example.com', level: 30 }])
    expect(sessions()).toHaveLength(1)
  })

  it('the sign-in sets its own cookie with a new id that is not in the database', async () => {
    const { browser, sessions, url } = await start({ PUBLIC_URL: 'http://localhost:3000' })
    const started = await browser.get('/console')
    expect(started.headers['set-cookie']).toEqual([
      expect.stringMatching(/^console=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/),
    ])
    const before = browser.cookies.get('console')
    await browser.open(started.headers['location'] ?? url)
    const after = browser.cookies.get('console') ?? ''
    expect(after).not.toBe(before)
    expect(JSON.stringify(sessions())).not.toContain(after)
  })

  it('the sign-in over https uses a cookie with the prefix __Host-', async () => {
    const { browser } = await start({ PUBLIC_URL: 'https://register.example.com' })
    const { headers } = await browser.get('/console')
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(/^__Host-console=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
    ])
  })

  it('the sign-in reads the address from the ID token if it is there', async () => {
    const provider = await startProvider({ conformIdTokenClaims: false })
    const { app } = await testApp({ env: provider.env })
    expect(pageOf(await consoleBrowser(app).open('/console'))).toEqual([200, 'console-list'])
    expect(provider.behavior.calls).not.toContain('/me')
  })

  it('the sign-in uses the other authentication method if the provider accepts only that one', async () => {
    const { browser, behavior } = await start()
    behavior.intercept = (context) => {
      if (context.path !== '/token' || context.get('Authorization') !== '') return false
      Object.assign(context, { status: 401, body: { error: 'invalid_client' } })
      return true
    }
    expect(pageOf(await browser.open('/console'))).toEqual([200, 'console-list'])
    expect(behavior.calls.filter((path) => path === '/token')).toHaveLength(2)
  })

  it('concurrent sign-ins in two tabs lead each tab to its page, or explain how to continue', async () => {
    const { browser } = await start()
    const [one, other] = [
      await browser.callbackOf('/console?list=all'),
      await browser.callbackOf('/console?list=ended'),
    ]
    expect((await browser.get(other)).headers['location']).toBe('/console?list=ended')
    const late = await browser.get(one)
    expect(pageOf(late)).toEqual([400, 'console-sign-in-unknown'])
    expect(pageOf(await browser.get('/console'))).toEqual([200, 'console-list'])
  })
})

describe('who may use the console', () => {
  it.each([
    ['another domain', { sub: 'eve', email: 'eve@example.com.evil.test', email_verified: true }, 'not-allowed'],
    ['a domain below', { sub: 'eve', email: 'eve@mail.example.com', email_verified: true }, 'not-allowed'],
    [
      'a domain behind a listed address',
      { sub: 'eve', email: 'someone@example.org.evil.test', email_verified: true },
      'not-allowed',
    ],
    [
      'another person of a listed address',
      { sub: 'eve', email: 'eve@example.org', email_verified: true },
      'not-allowed',
    ],
    [
      'two addresses in one',
      { sub: 'eve', email: 'eve@evil.test,x@example.com', email_verified: true },
      'email-missing',
    ],
    ['an unverified address', { sub: 'eve', email: 'eve@example.com', email_verified: false }, 'email-unverified'],
    ['an address without a word of verification', { sub: 'eve', email: 'eve@example.com' }, 'email-unverified'],
    ['no address', { sub: 'eve' }, 'email-missing'],
    ['a text that is no address', { sub: 'eve', email: 'eve @example.com', email_verified: true }, 'email-missing'],
  ])('the console rejects %s, shows the address and whom to contact, and logs it', async (_what, person, reason) => {
    const { browser, behavior, log, sessions } = await start()
    behavior.person = person
    const answer = await browser.open('/console')
    expect(pageOf(answer)).toEqual([403, 'console-refused'])
    const shown = page(answer.text)
    const actor = reason === 'email-missing' || !('email' in person) ? 'eve' : person.email
    expect(shown.text).toContain(`You are signed in as ${actor}.`)
    expect(shown.text).toContain('ask the person who runs this site, or support@example.com')
    expect(shown.links).toContain('/console/sign-in?return=%2Fconsole&account=another')
    expect(log.events('console.refused')).toMatchObject([{ reason, actor, level: 40 }])
    expect(sessions()).toEqual([])
    const again = await browser.get('/console/sign-in?return=%2Fconsole&account=another')
    expect(new URL(again.headers['location'] ?? '').searchParams.get('prompt')).toBe('login')
  })

  it('CONSOLE_ALLOW accepts an address, or with * everybody whom the provider admits', async () => {
    const { browser, behavior } = await start()
    behavior.person = { sub: 'sam', email: 'SOMEONE@example.org', email_verified: true }
    expect(pageOf(await browser.open('/console'))).toEqual([200, 'console-list'])
    const all = await start({ CONSOLE_ALLOW: '*' })
    all.behavior.person = { sub: 'eve', email: 'eve@evil.test' }
    expect(page((await all.browser.open('/console')).text).texts('.who span')).toEqual(['eve@evil.test'])
    await all.browser.send('/console/sign-out')
    all.behavior.person = { sub: 'mallory' }
    const another = consoleBrowser(all.app)
    expect(page((await another.open('/console')).text).texts('.who span')).toEqual(['mallory'])
    expect(all.log.events('console.signed_in')).toMatchObject([{ actor: 'eve@evil.test' }, { actor: 'mallory' }])
  })

  it('the console checks CONSOLE_ALLOW at each request and ends the session of a person who is no longer allowed', async () => {
    const { browser, env, file, sessions } = await start()
    await browser.open('/console')
    const stricter = await testApp({
      env: { ...env, CONSOLE_ALLOW: 'someone@example.org', DATABASE_URL: `sqlite:${file}` },
    })
    const later = consoleBrowser(stricter.app)
    later.cookies.set('console', browser.cookies.get('console') ?? '')
    const answer = await later.get('/console')
    expect(pageOf(answer)).toEqual([403, 'console-refused'])
    expect(page(answer.text).text).toContain('You are signed in as Jane.Doe@Example.com.')
    expect(stricter.log.events('console.refused')).toMatchObject([{ reason: 'not-allowed' }])
    expect(sessions()).toEqual([])
  })

  it('the console ends sessions of another provider than the configured one', async () => {
    const { browser, file } = await start()
    await browser.open('/console')
    const moved = await startProvider()
    const { app } = await testApp({ env: { ...moved.env, DATABASE_URL: `sqlite:${file}` } })
    const later = consoleBrowser(app)
    later.cookies.set('console', browser.cookies.get('console') ?? '')
    const answer = await later.get('/console')
    expect(answer.headers['location']).toContain(`${moved.url}/auth?`)
  })
})
