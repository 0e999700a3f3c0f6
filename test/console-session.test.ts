import request, { type Response } from 'supertest'
import { describe, expect, it } from 'vitest'
import { testApp, type Overrides } from './support/app.ts'
import { cookies, land, register } from './support/browse.ts'
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
  it('signing out ends a console session and does not start a new sign-in', async () => {
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

  it('a form of another site does not end a console session', async () => {
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

  it('a console session ends one hour after its last use and eight hours after the sign-in', async () => {
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

  it('after a session has ended in the middle of an action, the sign-in leads to the confirmation with what was typed', async () => {
    let at = Date.now()
    const { browser, app, log, rows } = await start({ now: () => new Date(at) })
    await register(app, cookies(await land(app)))
    const row = () => rows()[0] ?? {}
    const action = `/console/registrations/${String(row()['reference'])}/ready`
    await browser.open('/console')
    at += 2 * 3_600_000

    const sent = await browser.send(action, { url: 'https://app.example.com/', message: 'Welcome' })
    expect(pageOf(sent)).toEqual([403, 'console-session-ended'])
    expect(page(sent.text).heading).toBe('Nothing was done: your session has ended')
    expect(log.events('console.refused')).toMatchObject([{ reason: 'session-ended', level: 30 }])
    expect(row()['ready_at']).toBeNull()

    const [link = ''] = page(sent.text).links.filter((href) => href.startsWith('/console/sign-in'))
    expect(link).toBe(`/console/sign-in?return=${encodeURIComponent(action)}`)
    const form = await browser.open(link)
    expect(pageOf(form)).toEqual([200, 'console-ready'])
    const typed = ({ text }: Response) => [page(text).$('[name=url]').val(), page(text).$('[name=message]').val()]
    expect(typed(form)).toEqual(['https://app.example.com/', 'Welcome'])
    expect(row()['ready_at']).toBeNull()
    expect(typed(await browser.get(action))).toEqual(['', ''])

    expect((await browser.send(action, { url: 'https://app.example.com/', message: 'Welcome' })).status).toBe(303)
    expect(row()).toMatchObject({ ready_by: 'Jane.Doe@Example.com', ready_url: 'https://app.example.com/' })
    expect(log.events('console.action')).toMatchObject([{ actor: 'Jane.Doe@Example.com', action: 'ready' }])
  })

  it('a console session gets no form from another browser or another site', async () => {
    const { browser, app, rows, sessions } = await start()
    await register(app, cookies(await land(app)))
    const action = `/console/registrations/${String(rows()[0]?.['reference'])}/ready`
    expect((await consoleBrowser(app).send(action, { url: 'https://evil.test/' })).status).toBe(403)
    const callback = await browser.callbackOf(`/console/sign-in?return=${action}`)
    const cookie = `console=${browser.cookies.get('console') ?? ''}`
    const before = sessions().length
    const crossSite = { Cookie: cookie, 'Sec-Fetch-Site': 'cross-site' }
    const forged = await request(app).post(action).type('form').set(crossSite).send({ url: 'https://evil.test/' })
    expect(pageOf(forged)).toEqual([403, 'console-form-forged'])
    expect(sessions()).toHaveLength(before)
    const form = await browser.open(callback)
    expect(pageOf(form)).toEqual([200, 'console-ready'])
    expect(page(form.text).$('[name=url]').val()).toBe('')
  })

  it('console sessions are separate from those of buyers', async () => {
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

  it('a pending sign-in gives no access', async () => {
    const { browser, app, rows } = await start()
    const callback = new URL(await browser.callbackOf('/console'))
    expect(rows('select * from console_sessions')).toHaveLength(1)
    const id = browser.cookies.get('console') ?? ''
    const state = callback.searchParams.get('state') ?? ''
    for (const made of [id, `${id}.sign-in.${state}`, `${id}.draft`])
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
  ])('the sign-in leads to the first page if the requested path was %s', async (asked) => {
    const { browser } = await start()
    const callback = await browser.callbackOf(`/console/sign-in?return=${encodeURIComponent(asked)}`)
    expect((await browser.get(callback)).headers['location']).toBe('/console')
  })

  it('the sign-in leads to the requested page of the console', async () => {
    const { browser } = await start()
    const asked = '/console/registrations/7K3M-9QXW-2PAB?from=%2F%2Fevil.test&q=ü'
    const callback = await browser.callbackOf(`/console/sign-in?return=${encodeURIComponent(asked)}`)
    expect((await browser.get(callback)).headers['location']).toBe(
      '/console/registrations/7K3M-9QXW-2PAB?from=%2F%2Fevil.test&q=%C3%BC',
    )
  })
})

it('the rate limit of sign-ins does not affect landings and signed-in people', async () => {
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
