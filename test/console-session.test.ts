import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { testApp, type Overrides } from './support/app.ts'
import { cookies, land } from './support/browse.ts'
import { consoleBrowser, pageOf } from './support/console-browser.ts'
import { startProvider } from './support/oidc.ts'
import { page } from './support/page.ts'

async function start({ env = {}, ...overrides }: Overrides = {}) {
  const provider = await startProvider()
  const tested = await testApp({ env: { ...provider.env, ...env }, ...overrides })
  const sessions = () => tested.rows('select * from console_sessions')
  return { ...tested, ...provider, sessions, browser: consoleBrowser(tested.app) }
}

const action = '/console/registrations/7K3M-9QXW-2PAB/ready'

describe('a session of the console', () => {
  it('ends with the sign-out, which does not sign in again by itself', async () => {
    const { browser, sessions } = await start()
    await browser.open('/console')
    const id = browser.cookies.get('console') ?? ''
    const out = await browser.send('/console/sign-out')
    expect([out.status, out.headers['location'], browser.cookies.size]).toEqual([303, '/console/sign-out', 0])
    const after = await browser.get('/console/sign-out')
    expect(pageOf(after)).toEqual([200, 'console-signed-out'])
    expect(page(after.text).links).toContain('/console/sign-in')
    expect(sessions()).toEqual([])
    browser.cookies.set('console', id)
    expect((await browser.get('/console')).status).toBe(303)
  })

  it('is not ended by a form of another site', async () => {
    const { browser, app, log, sessions } = await start()
    await browser.open('/console')
    const cookie = `console=${browser.cookies.get('console') ?? ''}`
    for (const site of ['cross-site', 'same-site', 'none'])
      expect(
        pageOf(await request(app).post('/console/sign-out').set({ Cookie: cookie, 'Sec-Fetch-Site': site })),
      ).toEqual([403, 'console-form-forged'])
    expect(log.events('console.refused')).toHaveLength(3)
    expect(sessions()).toHaveLength(1)
  })

  it('ends an hour after its last use and eight hours after the sign-in', async () => {
    let at = Date.now()
    const { browser } = await start({ now: () => new Date(at) })
    await browser.open('/console')
    for (let hours = 0.9; hours < 8; hours += 0.9) {
      at += 0.9 * 3_600_000
      expect((await browser.get('/console')).status).toBe(200)
    }
    at += 0.9 * 3_600_000
    expect((await browser.get('/console')).status).toBe(303)
    await browser.open('/console')
    at += 1.1 * 3_600_000
    expect((await browser.get('/console')).status).toBe(303)
  })

  it('that ended in the middle of an action loses nothing: the page for confirming comes back after the sign-in', async () => {
    let at = Date.now()
    const { browser, log, rows } = await start({ now: () => new Date(at) })
    await browser.open('/console')
    at += 2 * 3_600_000
    const sent = await browser.send(action, { url: 'https://app.example.com/', message: 'Welcome' })
    expect(pageOf(sent)).toEqual([403, 'console-session-ended'])
    expect(page(sent.text).heading).toBe('Nothing was done: your session has ended')
    const [link = ''] = page(sent.text).links.filter((href) => href.startsWith('/console/sign-in'))
    expect(link).toBe(`/console/sign-in?return=${encodeURIComponent(action)}`)
    expect(log.events('console.refused')).toMatchObject([{ reason: 'session-ended', level: 30 }])
    const back = await browser.get(await browser.callbackOf(link))
    expect([back.status, back.headers['location']]).toEqual([303, action])
    expect(
      rows('select data from console_sessions').map(({ data }) => JSON.parse(String(data)) as unknown),
    ).toContainEqual({
      path: action,
      fields: { url: 'https://app.example.com/', message: 'Welcome' },
    })
  })

  it('is not mixed with those of buyers', async () => {
    const { browser, app } = await start()
    await browser.open('/console')
    const consoleId = browser.cookies.get('console') ?? ''
    const [, buyerId = ''] = /registration=([^;]+)/.exec(cookies(await land(app))) ?? []
    const asked = async (path: string, cookie: string) => (await request(app).get(path).set('Cookie', cookie)).status
    expect(await asked('/registration', `registration=${buyerId}`)).toBe(200)
    expect(await asked('/registration', `registration=${consoleId}`)).toBe(403)
    expect(await asked('/registration', `console=${consoleId}`)).toBe(403)
    expect(await asked('/console', `console=${consoleId}`)).toBe(200)
    expect(await asked('/console', `registration=${buyerId}`)).toBe(303)
    const [unsigned = ''] = decodeURIComponent(buyerId).replace(/^s:/, '').split('.')
    for (const id of [buyerId, unsigned, `${unsigned}${'x'.repeat(43)}`.slice(0, 43)])
      expect(await asked('/console', `console=${id}`)).toBe(303)
    const both = await request(app).get('/console').set('Cookie', `registration=${buyerId}; console=${consoleId}`)
    expect([both.status, both.headers['set-cookie']]).toEqual([200, undefined])
  })

  it('of a sign-in that is pending admits nobody', async () => {
    const { browser, app, rows } = await start()
    const callback = new URL(await browser.callbackOf('/console'))
    expect(rows('select * from console_sessions')).toHaveLength(1)
    const id = browser.cookies.get('console') ?? ''
    const state = callback.searchParams.get('state') ?? ''
    for (const made of [id, `${id}.${state}`, `${id}.draft.`])
      expect((await request(app).get('/console').set('Cookie', `console=${made}`)).status).toBe(303)
  })
})

describe('the page after the sign-in', () => {
  it.each([
    'https://evil.test/',
    '//evil.test/console',
    '/\\evil.test/console',
    '\\\\evil.test/console',
    '/console/../\\evil.test',
    '/console/..//evil.test',
    '/console/%2e%2e//evil.test',
    '/console@evil.test',
    '/consoles',
    'javascript:alert(1)//console',
    '/registration',
    '/console/callback?code=x',
    '/console/sign-out',
    '/console/sign-in?return=/console',
    `/console?q=${'x'.repeat(2_000)}`,
  ])('is the first one where %s was asked for', async (asked) => {
    const { browser } = await start()
    const callback = await browser.callbackOf(`/console/sign-in?return=${encodeURIComponent(asked)}`)
    expect((await browser.get(callback)).headers['location']).toBe('/console')
  })

  it('is the page of the console that was asked for', async () => {
    const { browser } = await start()
    const asked = '/console/registrations/7K3M-9QXW-2PAB?from=%2F%2Fevil.test&q=ü'
    const callback = await browser.callbackOf(`/console/sign-in?return=${encodeURIComponent(asked)}`)
    expect((await browser.get(callback)).headers['location']).toBe(
      '/console/registrations/7K3M-9QXW-2PAB?from=%2F%2Fevil.test&q=%C3%BC',
    )
  })
})

it('starts of a sign-in are limited, apart from landings and from people who are signed in', async () => {
  const { browser, app, sessions } = await start({ env: { RATE_LIMIT_PER_MINUTE: '3' } })
  await browser.open('/console')
  const stranger = consoleBrowser(app)
  expect((await stranger.get('/console/nothing')).status).toBe(303)
  expect((await stranger.get('/console/sign-in')).status).toBe(303)
  for (const path of ['/console', '/console/sign-in'])
    expect(pageOf(await stranger.get(path))).toEqual([429, 'console-too-many-requests'])
  expect(pageOf(await stranger.send(action))).toEqual([429, 'console-too-many-requests'])
  expect(sessions()).toHaveLength(3)
  expect((await land(app)).status).toBe(303)
  for (let n = 0; n < 5; n += 1) expect((await browser.get('/console')).status).toBe(200)
})
