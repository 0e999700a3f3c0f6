import { setTimeout as pause } from 'node:timers/promises'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { testApp } from '../support/app.ts'
import { contact, cookies, land, open, register, sameOrigin } from '../support/browse.ts'
import { page } from '../support/page.ts'
import { startApp } from '../support/started-app.ts'
import { engines } from '../support/stores.ts'

type Target = Parameters<typeof open>[0]

const leave = (app: Target, cookie = '') =>
  request(app).post('/registration/leave').set(sameOrigin).set('Cookie', cookie)

it('leaving ends the session, clears the cookie and leads to the start page', async () => {
  const { app, rows } = await testApp()
  const cookie = cookies(await land(app))
  expect((await open(app, '/registration', cookie)).status).toBe(200)
  const answer = await leave(app, cookie)
  expect([answer.status, answer.headers['location']]).toEqual([303, '/'])
  expect(answer.headers['set-cookie']).toEqual([
    'registration=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax',
  ])
  expect(page((await open(app, '/registration', cookie)).text).name).toBe('session-expired')
  expect(rows('select * from sessions')).toEqual([])
})

it('leaving clears the cookie that is set over https', async () => {
  const { app } = await testApp({ env: { PUBLIC_URL: 'https://register.example.com' } })
  const answer = await leave(app).set('X-Forwarded-Proto', 'https')
  expect(answer.headers['set-cookie']).toEqual([
    '__Host-registration=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax',
  ])
})

it('the form and the last page have a button to leave', async () => {
  const { app } = await testApp()
  const cookie = cookies(await land(app))
  const button = (text: string) => page(text).$('form[method=post][action="/registration/leave"] button').text()
  expect(button((await open(app, '/registration', cookie)).text)).toBe('Leave')
  await register(app, cookie)
  expect(button((await open(app, '/registration/complete', cookie)).text)).toBe('Leave')
})

it('a browser without a session can leave too', async () => {
  const { app } = await testApp()
  const answer = await leave(app)
  expect([answer.status, answer.headers['location']]).toEqual([303, '/'])
})

it('another site cannot end a session', async () => {
  const { app } = await testApp()
  const cookie = cookies(await land(app))
  const forged = await request(app).post('/registration/leave').set('Sec-Fetch-Site', 'same-site').set('Cookie', cookie)
  expect(page(forged.text).name).toBe('form-forged')
  expect((await open(app, '/registration', cookie)).status).toBe(200)
  expect((await request(app).get('/registration/leave')).headers['allow']).toBe('POST')
})

it('a form whose session ended before its details are stored is not stored', async () => {
  const meanwhile = { leave: () => Promise.resolve() }
  const { app, rows } = await testApp({
    breakStore: ({ complete }) => ({
      complete: async (id, completion) => {
        await meanwhile.leave()
        return complete(id, completion)
      },
    }),
  })
  const cookie = cookies(await land(app))
  meanwhile.leave = async () => {
    await leave(app, cookie)
  }
  const answer = await register(app, cookie)
  expect([answer.status, page(answer.text).name]).toEqual([403, 'session-expired'])
  expect(rows()).toMatchObject([{ status: 'landed', email: null }])
})

describe.each(engines)('a session that was left on %s', (engine) => {
  it('a session that was left stays ended if a form is still in flight, on one instance and on two', async () => {
    const first = await startApp(engine, { RATE_LIMIT_PER_MINUTE: '0' })
    const second = await startApp(
      engine,
      { RATE_LIMIT_PER_MINUTE: '0', PRODUCT_CODES: first.simulator.productCode },
      { database: first.database },
    )
    for (let round = 0; round < 20; round += 1) {
      const cookie = await first.registered()
      const { url } = round % 2 === 0 ? first : second
      const form = register(first.url, cookie, round % 4 < 2 ? contact : { ...contact, name: 'Changed' }).then()
      await pause(round % 5)
      await leave(url, cookie)
      await form
      const names = [first, second].map(async (app) => page((await open(app.url, '/registration', cookie)).text).name)
      expect(await Promise.all(names)).toEqual(['session-expired', 'session-expired'])
    }
  })
})
