import { hash } from 'node:crypto'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { testApp } from '../support/app.ts'
import { cookies, land, open, sameOrigin } from '../support/browse.ts'
import { page } from '../support/page.ts'
import { codeOf, env, follow, redeem, registeredApp, secret } from '../support/handoff.ts'

describe('the link of the handoff', () => {
  it('the handoff redirects to HANDOFF_URL with a code, without referrer and caching', async () => {
    const { app, cookie, rows, log } = await registeredApp()
    const answer = await follow(app, cookie)
    const code = codeOf(answer)
    expect(answer.status).toBe(303)
    expect(code).toMatch(/^[\w-]{43}$/)
    expect(answer.headers).toMatchObject({
      location: `https://app.example.com/welcome?plan=a%20b&plan=c&code=${code}`,
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    })
    expect(rows('select code_hash from handoff_codes')).toEqual([{ code_hash: hash('sha256', code) }])
    await redeem(app, code)
    await redeem(app, code)
    await request(app)
      .post(`/handoff?code=${code}`)
      .send(`{"code":"${code}`)
      .type('json')
      .set('Authorization', `Bearer ${secret}`)
    expect(log.events('handoff.refused')).toHaveLength(2)
    expect(log.text()).not.toContain(code)
    expect(log.text()).not.toContain(code.slice(0, 8))
  })

  it.each<[string, 'get' | 'head', Record<string, string>]>([
    ['a HEAD', 'head', {}],
    ['a prefetch', 'get', { 'Sec-Purpose': 'prefetch' }],
    ['a prerender', 'get', { 'Sec-Purpose': 'prefetch;prerender', 'Sec-Fetch-Mode': 'navigate' }],
    ['a prefetch of an older browser', 'get', { Purpose: 'prefetch' }],
    ['an image', 'get', { 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'image' }],
    ['a frame', 'get', { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe' }],
    ['a fetch of a script', 'get', { 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Dest': 'empty' }],
  ])('the handoff issues no code for %s', async (_, method, headers) => {
    const { app, cookie, rows } = await registeredApp()
    const answer = await request(app)
      [method]('/registration/handoff')
      .set({ Cookie: cookie, ...headers })
    expect([answer.status, answer.headers['location']]).toEqual([403, undefined])
    expect(rows('select * from handoff_codes')).toEqual([])
    const opened = { Cookie: cookie, 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' }
    expect((await request(app).get('/registration/handoff').set(opened)).status).toBe(303)
  })

  it('the handoff starts a query if HANDOFF_URL has none', async () => {
    const { app, cookie } = await registeredApp({ env: { HANDOFF_URL: 'https://app.example.com/welcome' } })
    expect((await follow(app, cookie)).headers['location']).toMatch(/\/welcome\?code=[\w-]{43}$/)
  })

  it('the handoff redirects a buyer who is not registered to the page with the reason', async () => {
    const { app } = await testApp({ env })
    const stranger = await follow(app, '')
    expect([stranger.status, stranger.headers['location']]).toEqual([303, '/registration'])
    expect(page((await open(app, '/registration')).text).name).toBe('session-expired')
    const cookie = cookies(await land(app))
    const early = await follow(app, cookie)
    expect([early.status, early.headers['location']]).toEqual([303, '/registration'])
    expect(page((await open(app, '/registration', cookie)).text).name).toBe('registration')
  })

  it('the handoff and its button do not exist without HANDOFF_URL', async () => {
    const { app, cookie } = await registeredApp({ env: { HANDOFF_URL: undefined, HANDOFF_SECRET: undefined } })
    for (const answer of [await follow(app, cookie), await redeem(app, 'x')]) {
      expect(answer.status).toBe(404)
      expect(page(answer.text).name).toBe('not-found')
    }
    expect(page((await open(app, '/registration/complete', cookie)).text).links).not.toContain('/registration/handoff')
  })

  it('the handoff is the primary button of the last page', async () => {
    const { app, cookie } = await registeredApp()
    const { $ } = page((await open(app, '/registration/complete', cookie)).text)
    expect($('main a.button:not(.quiet)').attr('href')).toBe('/registration/handoff')
  })

  it('after the code is redeemed, the last page no longer asks to connect the account', async () => {
    const { app, cookie } = await registeredApp()
    const heading = async () => page((await open(app, '/registration/complete', cookie)).text).heading
    const code = codeOf(await follow(app, cookie))
    expect(await heading()).toBe('You are registered. Now connect your account')
    await redeem(app, code)
    expect(await heading()).toBe('You are registered')
  })

  it('the handoff rejects a POST', async () => {
    const { app, cookie } = await registeredApp()
    const answer = await request(app).post('/registration/handoff').set(sameOrigin).set('Cookie', cookie)
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET, HEAD'])
  })
})
