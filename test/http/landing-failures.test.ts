import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { aCustomer, resolvesTo, testApp } from '../support/app.ts'
import { cookies, land, open } from '../support/browse.ts'
import { marketplaceApp } from '../support/marketplace.ts'
import { page } from '../support/page.ts'

const byToken = (token: string) => resolvesTo(aCustomer({ licenseArn: `l-${token}` }))(token)

/** An app whose store fails landings while `store.down`, and whose AWS reports every token as expired while `store.expired`. */
async function flakyApp() {
  const state = { down: false, expired: false }
  const app = await testApp({
    resolveCustomer: (token) => (state.expired ? Promise.reject(new AppError('token-expired')) : byToken(token)),
    breakStore: (real) => ({
      recordLanding: (...args) =>
        state.down ? Promise.reject(new AppError('store-unavailable')) : real.recordLanding(...args),
    }),
  })
  return { ...app, state }
}

it('a failed landing keeps the previous session and sets no cookie', async () => {
  const { app, rows, state } = await flakyApp()
  const before = cookies(await land(app, 'a'))
  state.down = true
  const failed = await land(app, 'b').set('Cookie', before)
  expect(failed.headers['set-cookie']).toBeUndefined()
  expect((await open(app, '/registration', before)).status).toBe(200)
  expect(rows('select * from sessions')).toHaveLength(1)
  state.down = false
  const again = await land(app, 'b').set('Cookie', before)
  expect([again.status, cookies(again) === before]).toEqual([303, false])
  expect(page((await open(app, '/registration', before)).text).name).toBe('session-expired')
})

it('a session id never comes from the browser, even after a failure', async () => {
  const { app, state } = await flakyApp()
  const attacker = cookies(await land(app, 'attacker'))
  state.down = true
  const planted = cookies(await land(app, 'other').set('Cookie', attacker)) || attacker
  state.down = false
  await land(app, 'victim')
  state.expired = true
  const victim = cookies(await land(app, 'victim').set('Cookie', planted))
  expect(victim).not.toBe('')
  expect(victim).not.toBe(planted)
  expect((await open(app, '/registration', planted)).status).toBe(403)
})

it('a landing over http creates no session and keeps the previous one', async () => {
  const { app, rows } = await testApp({
    env: { PUBLIC_URL: 'https://register.example.com', TRUST_PROXY_HOPS: '1' },
    resolveCustomer: byToken,
  })
  const before = cookies(await land(app, 'a').set('X-Forwarded-Proto', 'https'))
  const stored = rows('select * from sessions')
  await land(app, 'b').set('Cookie', before)
  await land(app, 'c')
  expect(rows('select * from sessions')).toEqual(stored)
})

it('the same token shares one call until its first landing has ended', async () => {
  const { app, rows, simulator } = await marketplaceApp({
    breakStore: (real) => ({
      recordLanding: async (...args) => {
        await pause(300)
        return real.recordLanding(...args)
      },
    }),
  })
  const { token } = simulator.issueToken('new-buyer', { singleUse: true })
  const first = land(app, token).then(({ status }) => status)
  await pause(150)
  expect([(await land(app, token)).status, await first]).toEqual([303, 303])
  expect(simulator.calls.count()).toBe(1)
  expect(rows()).toHaveLength(1)
})
