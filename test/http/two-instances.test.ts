import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, inject, it } from 'vitest'
import type { Registrations } from '../../src/domain/registrations.ts'
import { AppError } from '../../src/errors.ts'
import { aCustomer, failsWith, resolvesTo, testApp, type Overrides } from '../support/app.ts'
import { cookies, land, open, tokenField } from '../support/browse.ts'
import { page } from '../support/page.ts'
import { createDatabase } from '../support/postgres.ts'
import { registrationRows } from '../support/stores.ts'

const secret = 'one-secret-of-at-least-thirty-two-characters'
const other = 'two-secret-of-at-least-thirty-two-characters'

/** Apps that share a database, like instances behind a load balancer. */
async function twoInstances(first: Overrides, second: Overrides) {
  const url = await createDatabase(inject('postgresUrl'))
  const [one, two] = [await instance(first), await instance(second)]
  return { one, two, rows: () => registrationRows({ engine: 'postgres', url }) }

  function instance({ env, ...overrides }: Overrides) {
    return testApp({ ...overrides, env: { DATABASE_URL: url, SESSION_SECRET: secret, ...env } })
  }
}

const storeIsDown = () => ({ recordLanding: () => Promise.reject(new AppError('store-unavailable')) })
const redeemedOnce = { resolveCustomer: failsWith('token-expired') }

describe('a landing that AWS answered and the database could not store', () => {
  it('another instance finishes a landing that could not be stored, even if AWS resolves the token only once', async () => {
    const { one, two, rows } = await twoInstances({ breakStore: storeIsDown }, redeemedOnce)
    const failed = page((await land(one.app, 'token')).text)
    expect(failed.name).toBe('store-unavailable')
    const again = await land(two.app, 'token', failed.fields('#retry-form'))
    expect([again.status, again.headers['location']]).toEqual([303, '/registration'])
    expect((await open(two.app, '/registration', cookies(again))).status).toBe(200)
    expect(await rows()).toMatchObject([{ license_arn: aCustomer().licenseArn, status: 'landed' }])
  })

  it.each<[string, Record<string, string>, Record<string, string>, number]>([
    ['by a secret that is being rotated out', { SESSION_SECRET: other }, { SESSION_SECRET: `${secret},${other}` }, 303],
    ['not by a secret that is not known', { SESSION_SECRET: other }, { SESSION_SECRET: secret }, 410],
  ])('a sealed response is accepted %s', async (_, first, second, status) => {
    const { one, two } = await twoInstances({ breakStore: storeIsDown, env: first }, { ...redeemedOnce, env: second })
    const { fields } = page((await land(one.app, 'token')).text)
    expect((await land(two.app, 'token', fields('#retry-form'))).status).toBe(status)
  })

  it('a sealed response is accepted for its token only', async () => {
    const { one, two, rows } = await twoInstances({ breakStore: storeIsDown }, redeemedOnce)
    const { answer = '' } = page((await land(one.app, 'token')).text).fields('#retry-form')
    expect(answer).toMatch(/^[\w-]{100,}$/)
    expect(page((await land(two.app, 'another-token', { answer })).text).name).toBe('token-expired')
    const forged = `${answer.slice(0, -3)}AAA`
    expect(page((await land(two.app, 'token', { answer: forged })).text).name).toBe('token-expired')
    expect(await rows()).toEqual([])
  })

  it('a sealed response is accepted for 15 minutes', async () => {
    let now = new Date('2026-11-24T12:00:00Z')
    const { one, two } = await twoInstances(
      { breakStore: storeIsDown, now: () => now },
      { ...redeemedOnce, now: () => now },
    )
    const fields = page((await land(one.app, 'token')).text).fields('#retry-form')
    now = new Date('2026-11-24T12:15:00Z')
    expect(page((await land(two.app, 'token', fields)).text).name).toBe('token-expired')
    now = new Date('2026-11-24T12:14:59Z')
    expect((await land(two.app, 'token', fields)).status).toBe(303)
  })

  it('the page with a sealed response shows nothing about the customer', async () => {
    const { app } = await testApp({ breakStore: storeIsDown })
    const { text } = await land(app, 'token')
    expect(text).not.toContain(aCustomer().awsAccountId)
    expect(page(text).fields('#retry-form')[tokenField]).toBe('token')
  })
})

describe('a token that AWS refuses', () => {
  it('an expired token leads to the registration that another instance records within 1.5 seconds', async () => {
    const slowly = async (token: string) => {
      await pause(800)
      return resolvesTo(aCustomer())(token)
    }
    const { one, two, rows } = await twoInstances({ resolveCustomer: slowly }, redeemedOnce)
    const first = land(one.app, 'token').then((answer) => answer)
    const second = await land(two.app, 'token')
    expect([second.status, second.headers['location']]).toEqual([303, '/registration'])
    expect((await first).status).toBe(303)
    expect(await rows()).toHaveLength(1)
  })

  it.each([
    ['12000', 11],
    ['1000', 7],
  ])('a token fails as expired with a deadline of %s ms after at most %i lookups', async (budgetMs, looks) => {
    let looked = 0
    const { app } = await testApp({
      resolveCustomer: failsWith('token-expired'),
      env: { REQUEST_DEADLINE_MS: budgetMs },
      breakStore: ({ landAgain }) => ({
        landAgain: (...token) => {
          looked += 1
          return landAgain(...token)
        },
      }),
    })
    expect(page((await land(app, 'token')).text).name).toBe('token-expired')
    expect(looked).toBeGreaterThan(0)
    expect(looked).toBeLessThanOrEqual(looks)
  })

  it('an expired token is looked up for 1.5 seconds', async () => {
    const { app } = await testApp(redeemedOnce)
    const since = performance.now()
    await land(app, 'token')
    expect(performance.now() - since).toBeGreaterThanOrEqual(1_490)
  })
})

describe('the budget of a request', () => {
  it('the request deadline ends a landing that cannot be stored, and the page contains AWS’s sealed response', async () => {
    const hangs = (real: Registrations) => ({ ...real, recordLanding: () => new Promise<never>(() => undefined) })
    const slowly = async (token: string) => {
      await pause(800)
      return resolvesTo(aCustomer())(token)
    }
    const { app, log } = await testApp({
      breakStore: hangs,
      resolveCustomer: slowly,
      env: { REQUEST_DEADLINE_MS: '1200' },
    })
    const answer = await land(app, 'token')
    expect([answer.status, page(answer.text).name]).toEqual([503, 'store-unavailable'])
    expect(page(answer.text).fields('#retry-form')['answer']).toMatch(/^[\w-]+$/)
    expect(log.events('registration.refused')).toMatchObject([
      { code: 'store-unavailable', awsRequestId: 'aws-request' },
    ])
  })
})
