import request from 'supertest'
import { expect, it } from 'vitest'
import { testApp } from './support/app.ts'
import { cookies, land, open, sameOrigin } from './support/browse.ts'
import { page } from './support/page.ts'

it('leaving ends the session, and leads to the start page', async () => {
  const { app, rows } = await testApp()
  const cookie = cookies(await land(app))
  expect((await open(app, '/registration', cookie)).status).toBe(200)
  const answer = await request(app).post('/registration/leave').set(sameOrigin).set('Cookie', cookie)
  expect([answer.status, answer.headers['location']]).toEqual([303, '/'])
  expect(page((await open(app, '/registration', cookie)).text).name).toBe('session-expired')
  expect(rows('select * from sessions')).toEqual([])
})

it('who has no session may leave too', async () => {
  const { app } = await testApp()
  const answer = await request(app).post('/registration/leave').set(sameOrigin)
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
