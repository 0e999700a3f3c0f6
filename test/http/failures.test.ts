import request, { type Response } from 'supertest'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { AppError, type ErrorCode } from '../../src/errors.ts'
import type { ScenarioName } from '../../simulator/src/scenarios/scenarios.ts'
import { errorPage } from '../../src/web/errors/error-pages.ts'
import { failsWith, testApp, type TestApp } from '../support/app.ts'
import { contact, cookies, land, open, register, sameOrigin, tokenField } from '../support/browse.ts'
import { marketplaceApp } from '../support/marketplace.ts'
import { page } from '../support/page.ts'

const levels = { info: 30, warn: 40, error: 50 } as const

type Expected = { readonly code: ErrorCode; readonly status: number; readonly level: keyof typeof levels }

/** Checks status, page and log line, and that the HTML does not contain the cause. */
function expectFailure(answer: Response, { log }: Pick<TestApp, 'log'>, { code, status, level }: Expected) {
  expect(answer.status).toBe(status)
  const shown = page(answer.text)
  expect(shown.name).toBe(code)
  expect(shown.links).toContainEqual(expect.stringMatching(/^mailto:support@example\.com/))
  const [line, ...others] = log.events('registration.refused')
  expect(others).toEqual([])
  expect(line).toMatchObject({ code, level: levels[level], reference: answer.headers['x-request-id'] })
  expect(shown.text).toContain(answer.headers['x-request-id'])
  expect(answer.headers['cache-control']).toBe('no-store')
  expect(answer.text).not.toMatch(/arn:|aws-sdk|Exception|security token|not authorized|node_modules|\.ts:|Error:/)
  return { shown, line }
}

/** What Try again sends, without the fields by which the language buttons of that form find this page again. */
function retryFields(shown: ReturnType<typeof page>) {
  const { code: _1, page: _2, 'failure-reference': _3, 'failure-retry': _4, ...fields } = shown.fields('#retry-form')
  return fields
}

describe('a failure of AWS Marketplace', () => {
  it.each<[ScenarioName, Expected, hint: RegExp | null]>([
    ['expired', { code: 'token-expired', status: 410, level: 'info' }, null],
    ['invalid', { code: 'token-invalid', status: 400, level: 'info' }, null],
    ['other-product', { code: 'product-unknown', status: 422, level: 'warn' }, /PRODUCT_CODES/],
    ['throttled', { code: 'marketplace-busy', status: 503, level: 'warn' }, null],
    ['internal-error', { code: 'marketplace-failed', status: 502, level: 'warn' }, null],
    ['html-502', { code: 'marketplace-failed', status: 502, level: 'warn' }, null],
    ['empty-answer', { code: 'customer-incomplete', status: 502, level: 'warn' }, null],
    ['connection-reset', { code: 'marketplace-unreachable', status: 504, level: 'warn' }, null],
    ['hanging', { code: 'marketplace-unreachable', status: 504, level: 'warn' }, null],
    ['disabled', { code: 'marketplace-disabled', status: 500, level: 'error' }, /MARKETPLACE_REGION/],
    ['access-denied', { code: 'marketplace-denied', status: 500, level: 'error' }, /aws-marketplace:ResolveCustomer/],
    ['unrecognized-client', { code: 'marketplace-denied', status: 500, level: 'error' }, /AWS_SECRET_ACCESS_KEY/],
    ['expired-credentials-400', { code: 'marketplace-denied', status: 500, level: 'error' }, /AWS_SESSION_TOKEN/],
    ['expired-credentials-403', { code: 'marketplace-denied', status: 500, level: 'error' }, /AWS_SESSION_TOKEN/],
    ['expired-credentials-message', { code: 'marketplace-denied', status: 500, level: 'error' }, /AWS_SESSION_TOKEN/],
  ])('shows its own failure page for %s of AWS Marketplace', async (scenario, expected, hint) => {
    const deadline = scenario === 'hanging' ? '400' : '8000'
    const { app, log, rows, simulator } = await marketplaceApp({ env: { MARKETPLACE_DEADLINE_MS: deadline } })
    const { token, fields } = simulator.issueToken(scenario)
    const answer = await land(app, token, fields)
    const { shown, line } = expectFailure(answer, { log }, expected)
    if (hint === null) expect(line?.['hint']).toBeUndefined()
    else expect(line?.['hint']).toMatch(hint)
    expect(line?.['tokenHash']).toMatch(/^[0-9a-f]{16}$/)
    expect(line?.['durationMs']).toEqual(expect.any(Number))
    expect(rows()).toEqual([])
    expect(answer.headers['set-cookie']).toBeUndefined()
    const offersRetry = [502, 503, 504].includes(expected.status)
    expect(retryFields(shown)).toEqual(offersRetry ? fields : {})
    const { retryAfterSeconds } = errorPage(expected.code)
    expect(answer.headers['retry-after']).toBe(retryAfterSeconds === undefined ? undefined : String(retryAfterSeconds))
    expect(retryAfterSeconds !== undefined).toBe(['throttled', 'empty-answer'].includes(scenario))
  })

  it('shows a refused connection to AWS as marketplace-unreachable', async () => {
    // Nothing listens on port 1, and no other program takes it meanwhile.
    const { app, log } = await testApp({ marketplace: 'http://127.0.0.1:1' })
    expectFailure(await land(app), { log }, { code: 'marketplace-unreachable', status: 504, level: 'warn' })
  })
})

describe('an invalid request', () => {
  const at = { code: 'request-unreadable', level: 'info' } as const

  it.each<[string, (app: TestApp['app']) => request.Test, Expected]>([
    ['no token', (app) => land(app, ''), { code: 'token-missing', status: 400, level: 'info' }],
    ['an empty body', (app) => request(app).post('/'), { code: 'token-missing', status: 400, level: 'info' }],
    [
      'two tokens',
      (app) => request(app).post('/').type('form').send(`${tokenField}=a&${tokenField}=b`),
      { code: 'token-malformed', status: 400, level: 'info' },
    ],
    [
      '8,193 characters of token',
      (app) => land(app, 'x'.repeat(8193)),
      { code: 'token-malformed', status: 400, level: 'info' },
    ],
    [
      'JSON',
      (app) =>
        request(app)
          .post('/')
          .send({ [tokenField]: 'a' }),
      { ...at, status: 415 },
    ],
    ['multipart', (app) => request(app).post('/').field(tokenField, 'a'), { ...at, status: 415 }],
    [
      'plain text',
      (app) => request(app).post('/').set('Content-Type', 'text/plain').send('a=b'),
      { ...at, status: 415 },
    ],
    [
      'an unknown charset',
      (app) =>
        request(app).post('/').set('Content-Type', 'application/x-www-form-urlencoded; charset=klingon').send('a=b'),
      { ...at, status: 415 },
    ],
    ['a megabyte', (app) => land(app, 'x'.repeat(1_000_000)), { ...at, status: 413 }],
    [
      '10,000 fields',
      (app) =>
        request(app)
          .post('/')
          .type('form')
          .send(Array.from({ length: 10_000 }, (_, i) => `f${String(i)}=`).join('&')),
      { ...at, status: 413 },
    ],
    [
      'an unknown encoding',
      (app) => request(app).post('/').type('form').set('Content-Encoding', 'rot13').send('a=b'),
      { ...at, status: 415 },
    ],
    ['an unknown path', (app) => request(app).get('/wp-login.php'), { code: 'not-found', status: 404, level: 'info' }],
    ['a broken path', (app) => request(app).get('/assets/%E0%A4%A'), { code: 'not-found', status: 404, level: 'info' }],
    ['DELETE', (app) => request(app).delete('/'), { code: 'method-not-allowed', status: 405, level: 'info' }],
    ['OPTIONS', (app) => request(app).options('/'), { code: 'method-not-allowed', status: 405, level: 'info' }],
    [
      'PROPFIND',
      (app) => request(app).propfind('/registration'),
      { code: 'method-not-allowed', status: 405, level: 'info' },
    ],
    ['no session', (app) => open(app, '/registration'), { code: 'session-expired', status: 403, level: 'info' }],
    [
      'no session at the end',
      (app) => open(app, '/registration/complete'),
      { code: 'session-expired', status: 403, level: 'info' },
    ],
    ['no session with a form', (app) => register(app, ''), { code: 'session-expired', status: 403, level: 'info' }],
    [
      'a session nobody has',
      (app) => open(app, '/registration', 'registration=s%3Aunknown.signature').set('Sec-Fetch-Site', 'cross-site'),
      { code: 'session-expired', status: 403, level: 'info' },
    ],
    [
      'no cookie straight from another site',
      (app) => open(app, '/registration').set('Sec-Fetch-Site', 'cross-site'),
      { code: 'cookies-blocked', status: 403, level: 'info' },
    ],
    [
      'a form from another site',
      (app) => request(app).post('/registration').type('form').set('Sec-Fetch-Site', 'same-site').send(contact),
      { code: 'form-forged', status: 403, level: 'info' },
    ],
  ])('shows its own failure page for %s', async (_, send, expected) => {
    const app = await testApp({ resolveCustomer: failsWith('internal') })
    expectFailure(await send(app.app), app, expected)
    expect(app.rows()).toEqual([])
  })

  it('answers an unknown method with 405 and Allow', async () => {
    const { app } = await testApp()
    expect((await request(app).put('/')).headers['allow']).toBe('GET, HEAD, POST')
    expect((await request(app).post('/registration/complete')).headers['allow']).toBe('GET, HEAD')
  })

  it('rejects the form of another purchase than the session’s', async () => {
    const app = await testApp()
    const cookie = cookies(await land(app.app))
    const answer = await register(app.app, cookie, { ...contact, registration: 'another' })
    const { shown } = expectFailure(answer, app, { code: 'form-outdated', status: 409, level: 'info' })
    expect(shown.links).toContain('/registration')
    expect(app.rows()).toMatchObject([{ status: 'landed', email: null }])
  })

  it('limits the landings of one address', async () => {
    const app = await testApp({ env: { RATE_LIMIT_PER_MINUTE: '2' } })
    expect((await land(app.app)).status).toBe(303)
    expect((await land(app.app)).status).toBe(303)
    const answer = await land(app.app, 'the-third')
    const { shown } = expectFailure(answer, app, { code: 'too-many-requests', status: 429, level: 'info' })
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect(retryFields(shown)).toEqual({ [tokenField]: 'the-third' })
  })

  it('accepts landings of a limited address after Retry-After', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    const { app } = await testApp({ env: { RATE_LIMIT_PER_MINUTE: '1' } })
    expect((await land(app)).status).toBe(303)
    const refused = await land(app)
    const seconds = Number(refused.headers['retry-after'])
    expect([refused.status, seconds]).toEqual([429, 60])
    vi.setSystemTime(Date.now() + (seconds - 1) * 1000)
    expect((await land(app)).status).toBe(429)
    vi.setSystemTime(Date.now() + 1000)
    expect((await land(app)).status).toBe(303)
  })

  it('limits the forms of one address separately from its landings', async () => {
    const app = await testApp({ env: { RATE_LIMIT_PER_MINUTE: '2' } })
    const cookie = cookies(await land(app.app))
    const wrong = { ...contact, email: '' }
    expect((await register(app.app, cookie, wrong)).status).toBe(422)
    const language = request(app.app).post('/language').type('form').set(sameOrigin)
    expect((await language.send({ language: 'de', page: 'start' })).status).toBe(303)
    const answer = await register(app.app, cookie)
    const { shown } = expectFailure(answer, app, { code: 'too-many-requests', status: 429, level: 'info' })
    expect(retryFields(shown)).toEqual(contact)
    expect(app.rows()).toMatchObject([{ status: 'landed' }])
    expect((await land(app.app)).status).toBe(303)
  })

  it('does not count forms from another site', async () => {
    const app = await testApp({ env: { RATE_LIMIT_PER_MINUTE: '1' } })
    const cookie = cookies(await land(app.app))
    const forged = () =>
      request(app.app).post('/registration').type('form').set('Sec-Fetch-Site', 'cross-site').send({})
    expect([(await forged()).status, (await forged()).status]).toEqual([403, 403])
    expect((await register(app.app, cookie)).status).toBe(303)
  })
})

describe('a failure of the app', () => {
  it('shows connection-insecure in https mode behind an http proxy', async () => {
    const app = await testApp({ env: { PUBLIC_URL: 'https://register.example.com', TRUST_PROXY_HOPS: '1' } })
    const { line } = expectFailure(await land(app.app), app, {
      code: 'connection-insecure',
      status: 500,
      level: 'error',
    })
    expect(line?.['hint']).toMatch(/X-Forwarded-Proto.*TRUST_PROXY_HOPS/)
    expect(app.rows()).toMatchObject([{ status: 'landed', id: line?.['registrationId'] }])
  })

  it('shows store-unavailable if the database fails, and keeps the token in the Try again form', async () => {
    const unavailable = () => Promise.reject(new AppError('store-unavailable', { cause: new Error('arn:down') }))
    const app = await testApp({ breakStore: () => ({ recordLanding: unavailable, landAgain: unavailable }) })
    const answer = await land(app.app, 'kept')
    const { shown, line } = expectFailure(answer, app, { code: 'store-unavailable', status: 503, level: 'warn' })
    expect(answer.headers['retry-after']).toMatch(/^\d+$/)
    expect(retryFields(shown)).toEqual({ [tokenField]: 'kept', answer: expect.stringMatching(/^[\w-]+$/) as string })
    expect(line).toMatchObject({ customerAwsAccountId: '012345678901', awsRequestId: 'aws-request' })
  })

  it('keeps typed values in the Try again form if the database fails', async () => {
    const app = await testApp({
      breakStore: () => ({ complete: () => Promise.reject(new AppError('store-unavailable')) }),
    })
    const answer = await register(app.app, cookies(await land(app.app)))
    const { shown } = expectFailure(answer, app, { code: 'store-unavailable', status: 503, level: 'warn' })
    expect(shown.$('#retry-form').attr('action')).toBe('/registration')
    expect(retryFields(shown)).toEqual(contact)
    expect(app.rows()).toMatchObject([{ status: 'landed', email: null }])
  })

  it('shows any other error as internal', async () => {
    const app = await testApp({ resolveCustomer: () => Promise.reject(new TypeError('x is not a function')) })
    const { line } = expectFailure(await land(app.app), app, { code: 'internal', status: 500, level: 'error' })
    expect(line?.['cause']).toMatchObject({ name: 'TypeError', message: 'x is not a function' })
  })
})

it('answers random forms without a session with our own pages only', async () => {
  const app = await testApp()
  const answer = await request(app.app)
    .post('/language')
    .type('form')
    .set(sameOrigin)
    .send({ language: 'tlh', page: 'start' })
  expectFailure(answer, app, { code: 'request-unreadable', status: 400, level: 'info' })
})
