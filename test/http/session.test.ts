import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { aCustomer, resolvesTo, testApp } from '../support/app.ts'
import { contact, cookies, land, open, register, sameOrigin, tokenField } from '../support/browse.ts'
import { page } from '../support/page.ts'

const licenseA = 'arn:aws:license-manager::999999999999:license:l-a'
const licenseB = 'arn:aws:license-manager::999999999999:license:l-b'

/** Resolves the tokens `a` and `b` to two licenses. */
const twoLicenses = (token: string) => resolvesTo(aCustomer({ licenseArn: token === 'a' ? licenseA : licenseB }))(token)

function landWith(app: Parameters<typeof land>[0], cookie: string, token: string) {
  return land(app, token).set('Cookie', cookie)
}

describe('the session', () => {
  it('each landing starts a new session and ends the previous one', async () => {
    const { app } = await testApp({ resolveCustomer: twoLicenses })
    const first = cookies(await land(app, 'a'))
    const second = cookies(await landWith(app, first, 'b'))
    expect(second).not.toBe(first)
    expect((await open(app, '/registration', second)).status).toBe(200)
    expect(page((await open(app, '/registration', first)).text).name).toBe('session-expired')
  })

  it('a session never uses an id from the browser', async () => {
    const { app, rows } = await testApp()
    const planted = 'registration=s%3Aplanted.c2lnbmF0dXJl'
    const answer = await landWith(app, planted, 'a')
    expect(cookies(answer)).not.toContain('planted')
    expect((await open(app, '/registration', planted)).status).toBe(403)
    expect(rows('select * from sessions')).toHaveLength(1)
  })

  it('a public page starts no session', async () => {
    const { app, rows } = await testApp()
    const answer = await request(app).get('/')
    expect(answer.headers['set-cookie']).toBeUndefined()
    expect(rows('select * from sessions')).toEqual([])
  })

  it('a session ends after SESSION_MINUTES without a request', async () => {
    let now = new Date()
    const { app } = await testApp({ now: () => now, env: { SESSION_MINUTES: '5' } })
    const cookie = cookies(await land(app))
    now = new Date(now.getTime() + 5 * 60_000 + 1)
    expect(page((await open(app, '/registration', cookie)).text).name).toBe('session-expired')
  })

  it('a session is signed with the first secret and read with each', async () => {
    const old = 'the-old-secret-which-is-being-rotated-out'
    const { app } = await testApp({ env: { SESSION_SECRET: `the-new-secret-which-signs-from-now-on,${old}` } })
    expect((await open(app, '/registration', cookies(await land(app)))).status).toBe(200)
  })

  it('the customer comes from the session only, and identity fields of the form are ignored', async () => {
    const { app, rows } = await testApp({ resolveCustomer: twoLicenses })
    await land(app, 'b')
    const victim = rows()[0]
    const cookie = cookies(await land(app, 'a'))
    const forged = {
      ...contact,
      awsAccountId: '999999999999',
      aws_account_id: '999999999999',
      licenseArn: licenseB,
      license_arn: licenseB,
      registrationId: String(victim?.['id']),
      id: String(victim?.['id']),
      productCode: 'other',
      status: 'landed',
    }
    expect((await register(app, cookie, forged)).status).toBe(303)
    expect(
      rows('select license_arn, aws_account_id, product_code, status, email from registrations order by license_arn'),
    ).toEqual([
      {
        license_arn: licenseA,
        aws_account_id: '012345678901',
        product_code: 'examplecode000000000000000',
        status: 'registered',
        email: contact.email,
      },
      {
        license_arn: licenseB,
        aws_account_id: '012345678901',
        product_code: 'examplecode000000000000000',
        status: 'landed',
        email: null,
      },
    ])
  })
})

describe('the body of a form', () => {
  it('the body of a form may have 256 kB', async () => {
    const { app } = await testApp()
    const cookie = cookies(await land(app))
    const large = await register(app, cookie, { ...contact, other: 'x'.repeat(255 * 1024) })
    expect(large.status).toBe(303)
    const tooLarge = await register(app, cookie, { ...contact, other: 'x'.repeat(257 * 1024) })
    expect([tooLarge.status, page(tooLarge.text).name]).toEqual([413, 'request-unreadable'])
  })
})

describe('origins', () => {
  it.each([
    ['https://aws.amazon.com', 'cross-site'],
    ['null', 'cross-site'],
    [undefined, undefined],
    ['https://us-east-1.console.aws.amazon.com', undefined],
  ])('the landing POST is accepted from Origin %s', async (origin, site) => {
    const { app } = await testApp()
    const post = request(app).post('/').type('form')
    if (origin !== undefined) post.set('Origin', origin)
    if (site !== undefined) post.set('Sec-Fetch-Site', site)
    expect((await post.send({ [tokenField]: 'a' })).headers['location']).toBe('/registration')
  })

  it.each<[string, Record<string, string>, number]>([
    ['same-origin by fetch metadata', sameOrigin, 303],
    ['same-origin by Origin', { Origin: 'http://localhost:3000' }, 303],
    ['fetch metadata before Origin', { 'Sec-Fetch-Site': 'same-site', Origin: 'http://localhost:3000' }, 403],
    ['cross-site', { 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['another origin', { Origin: 'https://evil.example' }, 403],
    ['the null origin', { Origin: 'null' }, 403],
    ['no sign of where it comes from', {}, 403],
  ])('the form is judged: %s', async (_, headers, status) => {
    const { app, rows } = await testApp()
    const cookie = cookies(await land(app))
    const answer = await request(app)
      .post('/registration')
      .type('form')
      .set({ Cookie: cookie, ...headers })
      .send(contact)
    expect(answer.status).toBe(status)
    if (status === 403) expect(page(answer.text).name).toBe('form-forged')
    expect(rows()).toMatchObject([{ status: status === 303 ? 'registered' : 'landed' }])
  })

  it.each<[string, Record<string, string>, number]>([
    ['same-origin by fetch metadata', sameOrigin, 303],
    ['same-origin by Origin', { Origin: 'http://localhost:3000' }, 303],
    ['cross-site', { 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['another origin', { Origin: 'https://evil.example' }, 403],
    ['no sign of where it comes from', {}, 403],
  ])('a change of the language is judged: %s', async (_, headers, status) => {
    const { app } = await testApp()
    const answer = await request(app)
      .post('/language')
      .type('form')
      .set(headers)
      .send({ language: 'de', page: 'start' })
    expect([answer.status, cookies(answer)]).toEqual([status, status === 303 ? 'language=de' : ''])
    if (status === 403) expect(page(answer.text).name).toBe('form-forged')
  })
})

describe('behind a proxy in https mode', () => {
  const env = { PUBLIC_URL: 'https://register.example.com', TRUST_PROXY_HOPS: '1' }

  it('a landing behind an https proxy sets exactly this cookie', async () => {
    const { app } = await testApp({ env })
    const answer = await land(app).set('X-Forwarded-Proto', 'https')
    expect(answer.status).toBe(303)
    expect(answer.headers['set-cookie']).toEqual([
      expect.stringMatching(/^__Host-registration=s%3A[\w%.-]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
    ])
    expect(answer.headers['strict-transport-security']).toMatch(/^max-age=31536000/)
  })

  it('https in X-Forwarded-Proto is recognized in any case', async () => {
    const { app } = await testApp({ env })
    for (const protocol of ['HTTPS', 'Https'])
      expect((await land(app).set('X-Forwarded-Proto', protocol)).status).toBe(303)
    expect(page((await land(app).set('X-Forwarded-Proto', 'HTTP')).text).name).toBe('connection-insecure')
  })

  it('the language cookie has the prefix __Host-', async () => {
    const { app } = await testApp({ env })
    const answer = await request(app)
      .post('/language')
      .type('form')
      .set({ ...sameOrigin, 'X-Forwarded-Proto': 'https' })
      .send({ language: 'de', page: 'start' })
    expect(answer.headers['set-cookie']).toEqual(['__Host-language=de; Path=/; HttpOnly; Secure; SameSite=Lax'])
    const start = await open(app, '/', 'language=fr; __Host-language=de').set('X-Forwarded-Proto', 'https')
    expect(start.headers['content-language']).toBe('de')
    const planted = await open(app, '/', 'language=fr').set('X-Forwarded-Proto', 'https')
    expect(planted.headers['content-language']).toBe('en')
  })

  it('the rate limit counts the last forwarded address, not those that a client can set', async () => {
    const { app } = await testApp({ env: { ...env, RATE_LIMIT_PER_MINUTE: '1' } })
    const from = (addresses: string) => land(app).set({ 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': addresses })
    expect((await from('1.1.1.1, 203.0.113.7')).status).toBe(303)
    expect((await from('2.2.2.2, 203.0.113.7')).status).toBe(429)
    expect((await from('3.3.3.3, 203.0.113.7:50123')).status).toBe(429)
    expect((await from('1.1.1.1, 203.0.113.8')).status).toBe(303)
    expect((await from('1.1.1.1, [2001:db8::1]:443')).status).toBe(303)
    expect((await from('1.1.1.1, 2001:db8::1')).status).toBe(429)
  })
})
