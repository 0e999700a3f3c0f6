import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import request from 'supertest'
import { describe, expect, it, onTestFinished } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { testApp } from '../support/app.ts'
import { contact, cookies, land, register, sameOrigin } from '../support/browse.ts'
import { startApp } from '../support/started-app.ts'
import { engines } from '../support/stores.ts'
import { codeOf, env, follow, oldSecret, redeem, registeredApp, secret } from '../support/handoff.ts'

describe('a code', () => {
  it('redeeming a code returns the registration as in the webhook, for a form or JSON and each secret, without cookies', async () => {
    const { app, cookie, log } = await registeredApp()
    const json = await redeem(app, codeOf(await follow(app, cookie)), oldSecret)
    const form = await request(app)
      .post('/handoff')
      .set({ Authorization: `bearer ${secret}`, 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' })
      .type('form')
      .send({ code: codeOf(await follow(app, cookie)) })
    for (const answer of [json, form]) {
      expect(answer.status).toBe(200)
      expect(answer.headers['set-cookie']).toBeUndefined()
      expect(answer.headers['cache-control']).toBe('no-store')
      expect(answer.body).toEqual({
        registration: expect.objectContaining({
          status: 'registered',
          ...contact,
          aws_account_id: '012345678901',
        }) as object,
      })
    }
    const { registration } = json.body as { registration: { id: string; reference: string } }
    expect(log.events('handoff.redeemed')).toMatchObject([
      { reference: registration.reference, registrationId: registration.id },
      { reference: registration.reference, registrationId: registration.id },
    ])
  })

  it('a code is valid for 120 seconds, not for 121', async () => {
    let at = Date.parse('2026-11-24T12:00:00Z')
    const { app, cookie, log } = await registeredApp({ now: () => new Date(at) })
    const early = codeOf(await follow(app, cookie))
    at += 119_999
    expect((await redeem(app, early)).status).toBe(200)
    const late = codeOf(await follow(app, cookie))
    at += 121_000
    const refused = await redeem(app, late)
    expect([refused.status, refused.body]).toEqual([400, { error: 'invalid_grant' }])
    expect(log.events('handoff.refused')).toMatchObject([{ error: 'invalid_grant', reason: 'expired' }])
  })

  it('a code is valid once, and the log contains its registration', async () => {
    const { app, cookie, log } = await registeredApp()
    const code = codeOf(await follow(app, cookie))
    const first = await redeem(app, code)
    const again = await redeem(app, code)
    expect([first.status, again.status, again.body]).toEqual([200, 400, { error: 'invalid_grant' }])
    const { registration } = first.body as { registration: { id: string } }
    expect(log.events('handoff.refused')).toMatchObject([{ reason: 'used', registrationId: registration.id }])
  })

  it.each([
    ['unknown', 'A'.repeat(43)],
    ['empty', ''],
    ['of another kind', 'x'.repeat(5_000)],
  ])('a code is rejected if it is %s', async (_, code) => {
    const { app } = await registeredApp()
    const answer = await redeem(app, code)
    expect([answer.status, answer.body]).toEqual([400, { error: 'invalid_grant' }])
  })

  it('a code stays valid if the secret is wrong or missing', async () => {
    const { app, cookie, log } = await registeredApp()
    const code = codeOf(await follow(app, cookie))
    const answers = [
      await redeem(app, code, 'x'.repeat(40)),
      await redeem(app, code, secret.slice(0, -1)),
      await redeem(app, code, `${secret},${oldSecret}`),
      await request(app).post('/handoff').send({ code }),
      await request(app).post('/handoff').set('Authorization', `Basic ${secret}`).send({ code }),
    ]
    for (const answer of answers) {
      expect([answer.status, answer.body]).toEqual([401, { error: 'invalid_client' }])
      expect(answer.headers['www-authenticate']).toBe('Bearer')
    }
    expect(log.text()).not.toContain(secret.slice(0, 16))
    expect((await redeem(app, code)).status).toBe(200)
  })

  it('a code ends when the session gets a newer one', async () => {
    const { app, cookie } = await registeredApp()
    const [older, newer] = [codeOf(await follow(app, cookie)), codeOf(await follow(app, cookie))]
    expect((await redeem(app, older)).body).toEqual({ error: 'invalid_grant' })
    expect((await redeem(app, newer)).status).toBe(200)
  })

  it('a code does not end with the code of another session', async () => {
    const { app, cookie } = await registeredApp()
    const other = cookies(await land(app))
    const code = codeOf(await follow(app, cookie))
    const codeOfOther = codeOf(await follow(app, other))
    expect([(await redeem(app, code)).status, (await redeem(app, codeOfOther)).status]).toEqual([200, 200])
  })

  it('a code ends when its buyer leaves', async () => {
    const { app, cookie, log } = await registeredApp()
    const code = codeOf(await follow(app, cookie))
    await request(app).post('/registration/leave').set(sameOrigin).set('Cookie', cookie)
    expect((await redeem(app, code)).body).toEqual({ error: 'invalid_grant' })
    expect(log.events('handoff.refused')).toMatchObject([{ reason: 'expired' }])
  })

  it('a code ends with a new landing on its registration', async () => {
    const { app, cookie } = await registeredApp()
    const code = codeOf(await follow(app, cookie))
    await land(app)
    expect((await redeem(app, code)).body).toEqual({ error: 'invalid_grant' })
  })

  it('a code ends when its browser lands with another purchase', async () => {
    const { url, simulator } = await startApp('sqlite', env)
    const first = cookies(await land(url, simulator.issueToken('new-buyer').token))
    await register(url, first)
    const code = codeOf(await follow(url, first))
    const second = cookies(await land(url, simulator.issueToken('new-buyer').token).set('Cookie', first))
    await register(url, second, { ...contact, email: 'other@example.com' })
    expect((await redeem(url, code)).body).toEqual({ error: 'invalid_grant' })
    const { registration } = (await redeem(url, codeOf(await follow(url, second)))).body as {
      registration: { email: string }
    }
    expect(registration.email).toBe('other@example.com')
  })
})

describe('the secret', () => {
  it('the bearer secret is compared in constant time with each configured secret', async () => {
    const lengths: number[][] = []
    const { timingSafeEqual } = crypto
    crypto.timingSafeEqual = (one, other) => {
      lengths.push([one.byteLength, other.byteLength])
      return timingSafeEqual(one, other)
    }
    syncBuiltinESMExports()
    onTestFinished(() => {
      crypto.timingSafeEqual = timingSafeEqual
      syncBuiltinESMExports()
    })
    const { app } = await testApp({ env })
    for (const given of [secret, oldSecret, 'x', secret.replace(/.$/, 'x')]) {
      lengths.length = 0
      await redeem(app, 'x', given)
      expect(lengths).toEqual([
        [32, 32],
        [32, 32],
      ])
    }
  })
})

describe('the seller’s server', () => {
  it('POST /handoff answers a bad request in JSON', async () => {
    const { app } = await registeredApp()
    const post = () => request(app).post('/handoff').set('Authorization', `Bearer ${secret}`)
    const answers = [
      await post().type('json').send('{"code":'),
      await post().type('text').send('code'),
      await post()
        .type('form')
        .send({ code: 'x'.repeat(20_000) }),
      await request(app).get('/handoff'),
      await request(app).delete('/handoff'),
      await post(),
      await post().type('json').send({}),
    ]
    expect(answers.map(({ status, body }) => [status, body as unknown])).toEqual([
      [400, { error: 'invalid_request' }],
      [415, { error: 'invalid_request' }],
      [413, { error: 'invalid_request' }],
      [405, { error: 'method_not_allowed' }],
      [405, { error: 'method_not_allowed' }],
      [400, { error: 'invalid_grant' }],
      [400, { error: 'invalid_grant' }],
    ])
    expect(answers[3]?.headers['allow']).toBe('POST')
  })

  it('POST /handoff answers in JSON if the database or something else fails', async () => {
    const emfile = Object.assign(new Error('too many open files'), { code: 'EMFILE' })
    const { app, log } = await registeredApp({
      handoff: {
        issue: () => Promise.reject(new Error('unused')),
        redeem: (code) =>
          Promise.reject(
            code === 'down' ? new AppError('store-unavailable') : code === 'busy' ? emfile : new Error('broken'),
          ),
      },
    })
    const busy = await redeem(app, 'busy')
    expect([busy.status, busy.body, busy.headers['retry-after']]).toEqual([
      503,
      { error: 'temporarily_unavailable' },
      '5',
    ])
    const away = await redeem(app, 'down')
    expect([away.status, away.body, away.headers['retry-after']]).toEqual([
      503,
      { error: 'temporarily_unavailable' },
      '5',
    ])
    const broken = await redeem(app, 'x')
    expect([broken.status, broken.body]).toEqual([500, { error: 'server_error' }])
    expect(log.events('handoff.refused').at(-1)).toMatchObject({ cause: { message: 'broken' } })
  })

  it('POST /handoff has its own rate limit', async () => {
    const { app } = await testApp({ env: { ...env, RATE_LIMIT_PER_MINUTE: '2' } })
    for (let i = 0; i < 2; i += 1) expect((await redeem(app, 'x')).status).toBe(400)
    const limited = await redeem(app, 'x')
    expect([limited.status, limited.body]).toEqual([429, { error: 'too_many_requests' }])
    expect(limited.headers['retry-after']).toBeDefined()
    expect((await land(app)).status).toBe(303)
  })

  it('calls without a valid secret do not lock out the seller’s server', async () => {
    const { app } = await testApp({ env: { ...env, RATE_LIMIT_PER_MINUTE: '2' } })
    for (let i = 0; i < 2; i += 1) expect((await redeem(app, 'x', 'wrong')).status).toBe(401)
    const limited = await redeem(app, 'x', 'wrong')
    expect([limited.status, limited.body]).toEqual([429, { error: 'too_many_requests' }])
    expect((await redeem(app, 'x')).status).toBe(400)
  })
})

describe.each(engines)('two instances on %s', (engine) => {
  it('two instances redeem a code only once at the same time', async () => {
    const first = await startApp(engine, env)
    const cookie = await first.registered()
    const second = await startApp(
      engine,
      { ...env, PRODUCT_CODES: first.simulator.productCode },
      { database: first.database },
    )
    for (let round = 0; round < 5; round += 1) {
      const code = codeOf(await follow(first.url, cookie))
      const answers = await Promise.all(
        [first, second, first, second, first, second].map(({ url }) => redeem(url, code)),
      )
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400, 400])
    }
    expect(await first.rows('select count(*) as used from handoff_codes where used_at is not null')).toMatchObject([
      { used: engine === 'sqlite' ? 5 : '5' },
    ])
  })

  it('a code stays valid if its registration cannot be read', async () => {
    const { url, registered, execute } = await startApp(engine, env)
    const code = codeOf(await follow(url, await registered()))
    await execute('alter table registrations rename to away')
    expect((await redeem(url, code)).status).toBeGreaterThanOrEqual(500)
    await execute('alter table away rename to registrations')
    expect((await redeem(url, code)).status).toBe(200)
  })

  it('instances measure the age of a code by the database’s clock', async () => {
    const { url, registered, execute } = await startApp(engine, env)
    const cookie = await registered()
    const code = codeOf(await follow(url, cookie))
    await execute(
      engine === 'sqlite'
        ? `update handoff_codes set expires_at = strftime('%Y-%m-%dT%H:%M:%fZ', expires_at, '-121 seconds')`
        : `update handoff_codes set expires_at = expires_at - interval '121 seconds'`,
    )
    const refused = await redeem(url, code)
    expect([refused.status, refused.body]).toEqual([400, { error: 'invalid_grant' }])
  })
})
