import { MemoryStore } from 'express-session'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/errors.ts'
import type { SessionStore } from '../../src/web/middleware/session.ts'
import { failsWith, testApp } from '../support/app.ts'
import { cookies, land, open, register } from '../support/browse.ts'
import { page } from '../support/page.ts'

describe('the start page', () => {
  it('the start page links a buyer to the form and a registered one to the last page, but nobody else', async () => {
    const { app } = await testApp()
    const cookie = cookies(await land(app))
    const opened = page((await open(app, '/', cookie)).text)
    expect(opened.texts('.banner .lead')).toEqual(['You have started your registration. It is not complete yet.'])
    expect(opened.links).toContain('/registration')
    await register(app, cookie)
    const shown = page((await open(app, '/', cookie)).text)
    expect([shown.name, shown.texts('.banner .lead')]).toEqual(['start', ['You are registered.']])
    expect(shown.links).toContain('/registration/complete')
    expect(page((await open(app, '/')).text).texts('.banner')).toEqual([])
  })

  it('the start page makes no database query without our cookie', async () => {
    const asked: string[] = []
    const sessionStore = unreadableSessions(asked)
    const { app } = await testApp({
      sessionStore,
      breakStore: (real) => ({
        find: (id) => {
          asked.push(id)
          return real.find(id)
        },
      }),
    })
    const answer = await open(app, '/', 'language=de; other=1')
    expect([answer.status, answer.headers['set-cookie'], asked]).toEqual([200, undefined, []])
  })

  it('the start page works without the database', async () => {
    let down = false
    const { app } = await testApp({
      breakStore: (real) => ({
        find: (id) => (down ? Promise.reject(new AppError('store-unavailable')) : real.find(id)),
      }),
    })
    const cookie = cookies(await land(app))
    await register(app, cookie)
    down = true
    const answer = await open(app, '/', cookie)
    expect([answer.status, page(answer.text).name]).toEqual([200, 'start'])
  })

  it('the start page works if sessions cannot be read', async () => {
    const asked: string[] = []
    const { app } = await testApp({ sessionStore: unreadableSessions(asked) })
    const cookie = cookies(await land(app))
    const answer = await open(app, '/', cookie)
    expect([answer.status, page(answer.text).name, asked.length]).toEqual([200, 'start', 1])
  })
})

it('the failure page for a session that cannot be read does not read it again', async () => {
  const asked: string[] = []
  const { app } = await testApp({ sessionStore: unreadableSessions(asked) })
  const cookie = cookies(await land(app))
  const answer = await open(app, '/registration', cookie)
  expect([answer.status, page(answer.text).name, asked.length]).toEqual([503, 'store-unavailable', 1])
})

it.each([
  ['cn-northwest-1', 'https://console.amazonaws.cn/marketplace/', /aws\.amazon\.com/],
  ['eusc-de-east-1', 'https://console.amazonaws-eusc.eu/marketplace/', /aws\.amazon\.com|amazonaws\.cn/],
])('in %s every link to AWS stays in its partition', async (MARKETPLACE_REGION, purchases, elsewhere) => {
  const { app } = await testApp({ env: { MARKETPLACE_REGION }, resolveCustomer: failsWith('token-expired') })
  const expired = await land(app)
  expect([expired.status, page(expired.text).name]).toEqual([410, 'token-expired'])
  expect(expired.text).toContain(purchases)
  for (const { text } of [expired, await open(app, '/'), await open(app, '/registration')])
    expect(text).not.toMatch(elsewhere)
})

function unreadableSessions(asked: string[]): SessionStore {
  const store = new MemoryStore()
  store.get = (id, done) => {
    asked.push(id)
    done(new AppError('store-unavailable'))
  }
  return Object.assign(store, { begin: () => undefined })
}
