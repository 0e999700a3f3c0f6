import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { testApp, aCustomer, type Overrides } from './support/app.ts'
import { cookies, land, open, register } from './support/browse.ts'

const secret = 'api-secret-of-at-least-32-characters-0'
const other = 'the-other-secret-of-at-least-32-chars'
const env = { API_SECRET: `${secret},${other}` }
const at = new Date('2026-11-24T10:00:00.000Z')

async function anApi(overrides: Overrides = {}) {
  const made = await testApp({ now: () => at, ...overrides, env: { ...env, ...overrides.env } })
  const call = (path: string, bearer = secret) =>
    request(made.app).get(`/api${path}`).set('Authorization', `Bearer ${bearer}`)
  const mark = (reference: string, body?: object | string) => {
    const post = request(made.app)
      .post(`/api/registrations/${reference}/ready`)
      .set('Authorization', `Bearer ${secret}`)
    return body === undefined ? post : post.type('json').send(body)
  }
  return { ...made, call, mark }
}

async function registeredBuyer(overrides: Overrides = {}) {
  const api = await anApi(overrides)
  const cookie = cookies(await land(api.app))
  await register(api.app, cookie)
  const [row] = api.rows()
  return { ...api, cookie, reference: String(row?.['reference']), row: () => api.rows()[0] ?? {} }
}

/** An app for many buyers. Each token belongs to another buyer. */
async function manyBuyers(count: number, overrides: Overrides = {}) {
  let time = at.getTime()
  const api = await anApi({
    now: () => new Date((time += 1_000)),
    resolveCustomer: (token) =>
      Promise.resolve({
        customer: aCustomer({ licenseArn: `arn:aws:license-manager::999999999999:license:l-${token}` }),
        ...{ awsRequestId: null, attempts: 1, durationMs: 1 },
      }),
    ...overrides,
  })
  for (let n = 0; n < count; n++) await land(api.app, String(n))
  return api
}

describe('the API', () => {
  it('the API does not exist without a secret', async () => {
    const { app } = await testApp()
    expect((await request(app).get('/api/registrations')).status).toBe(404)
  })

  it.each([undefined, 'Bearer', 'Bearer wrong', `Basic ${secret}`, `Bearer ${secret}x`])(
    'the API rejects %s with 401 and WWW-Authenticate',
    async (authorization) => {
      const { app, log } = await anApi()
      const call = request(app).get('/api/registrations/unknown')
      const answer = await (authorization === undefined ? call : call.set('Authorization', authorization))
      expect(answer.status).toBe(401)
      expect(answer.headers['www-authenticate']).toBe('Bearer')
      expect(answer.body).toEqual({ error: 'invalid_client', message: expect.stringContaining('API_SECRET') as string })
      expect(log.events('api.refused')).toMatchObject([{ error: 'invalid_client', level: 40 }])
    },
  )

  it('the API accepts each of several secrets and never limits a valid one', async () => {
    const { app, call } = await anApi({ env: { RATE_LIMIT_PER_MINUTE: '2' } })
    const wrong = () => request(app).get('/api/registrations').set('Authorization', 'Bearer wrong')
    expect([(await wrong()).status, (await wrong()).status, (await wrong()).status]).toEqual([401, 401, 429])
    for (const bearer of [secret, other, secret, secret])
      expect((await call('/registrations', bearer)).status).toBe(200)
  })

  it('the API lists registrations by change, oldest first, in pages without gaps or repetitions', async () => {
    const { call, rows } = await manyBuyers(5)
    const seen: string[] = []
    let cursor: string | null = ''
    for (let pages = 0; cursor !== null && pages < 5; pages++) {
      const answer = await call(`/registrations?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)
      const page = answer.body as { registrations: { reference: string }[]; next_cursor: string | null }
      seen.push(...page.registrations.map(({ reference }) => reference))
      cursor = page.next_cursor
    }
    expect(seen).toEqual(
      rows('select reference from registrations order by updated_at, id').map((row) => row['reference']),
    )
    expect(seen).toHaveLength(5)
  })

  it('the API filters by status, readiness and time of change', async () => {
    const { app, call, mark, rows } = await manyBuyers(2)
    const cookie = cookies(await land(app, 'registers'))
    await register(app, cookie)
    const found = async (query: string) =>
      ((await call(`/registrations?${query}`)).body as { registrations: { status: string }[] }).registrations.length
    expect(await found('status=landed')).toBe(2)
    expect(await found('status=registered')).toBe(1)
    expect(await found('ready=false')).toBe(1)
    expect(await found('ready=true')).toBe(0)
    expect(await found('updated_since=2026-11-24T10:00Z')).toBe(3)
    const [row] = rows(`select reference, updated_at from registrations where status = 'registered'`)
    expect(await found(`updated_since=${encodeURIComponent(String(row?.['updated_at']))}`)).toBe(1)
    await mark(String(row?.['reference']))
    expect(await found('ready=true&status=registered')).toBe(1)
    expect(await found('ready=false')).toBe(0)
  })

  it.each([
    'status=gone',
    'ready=yes',
    'limit=0',
    'limit=201',
    'limit=1e1',
    'limit=1&limit=2',
    'updated_since=yesterday',
    'cursor=nonsense',
    'cursor=WyIyMDI2IiwieCJd',
    'product=unknown',
    'color=red',
    'status[]=landed',
    '__proto__=x',
  ])('the API answers 400 to %s', async (query) => {
    const { call } = await anApi()
    const answer = await call(`/registrations?${query}`)
    expect(answer.status).toBe(400)
    expect(answer.body).toEqual({ error: 'invalid_request', message: expect.any(String) as string })
  })

  it('the API returns a registration like the webhook, for any case of its reference', async () => {
    const { call, reference } = await registeredBuyer()
    const answer = await call(`/registrations/${reference.toLowerCase()}`)
    expect(answer.status).toBe(200)
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.body).toMatchObject({
      registration: { reference, status: 'registered', product: null, email: 'jane.doe@example.com', ready_at: null },
    })
  })

  it.each(['XXXX-XXXX-XXXX', '%00', '..%2f..%2fetc', "'or 1=1--", 'x'.repeat(2_000)])(
    'the API answers 404 to the reference %s',
    async (reference) => {
      const { call, mark } = await anApi()
      for (const answer of [await call(`/registrations/${reference}`), await mark(reference)]) {
        expect(answer.status).toBe(404)
        expect(answer.body).toEqual({ error: 'not_found', message: 'No registration has this reference.' })
      }
    },
  )

  it('the API answers unknown paths and methods in JSON', async () => {
    const { app, call } = await anApi()
    expect((await call('/nothing')).body).toMatchObject({ error: 'not_found' })
    const deleted = await request(app).delete('/api/registrations').set('Authorization', `Bearer ${secret}`)
    expect([deleted.status, deleted.headers['allow']]).toEqual([405, 'GET, HEAD'])
  })
})

describe('marking access as ready', () => {
  it('marking as ready stores actor, time, link and message, and writes one event', async () => {
    const { mark, reference, row, rows, log } = await registeredBuyer()
    const answer = await mark(reference, { url: 'https://app.example.com/start', message: 'Welcome,\r\nJane' })
    expect(answer.status).toBe(200)
    const ready = {
      ready_at: at.toISOString(),
      ready_by: 'api',
      ready_url: 'https://app.example.com/start',
      ready_message: 'Welcome,\nJane',
    }
    expect(answer.body).toMatchObject({ registration: { reference, ...ready } })
    expect(row()).toMatchObject(ready)
    expect(rows(`select actor, data from events where type = 'registration.ready'`)).toMatchObject([{ actor: 'api' }])
    expect(log.events('registration.ready')).toMatchObject([{ actor: 'api', reference, outcome: 'marked' }])
    expect(log.text()).not.toContain('Welcome')
  })

  it('ten concurrent calls mark access as ready once', async () => {
    const { mark, reference, rows } = await registeredBuyer()
    const answers = await Promise.all(Array.from({ length: 10 }, () => mark(reference)))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200))
    expect(rows(`select id from events where type = 'registration.ready'`)).toHaveLength(1)
  })

  it('a later ready call keeps omitted fields and clears null ones', async () => {
    const { mark, reference, row } = await registeredBuyer()
    await mark(reference, { url: 'https://app.example.com/start', message: 'Welcome' })
    await mark(reference, {})
    expect(row()).toMatchObject({ ready_url: 'https://app.example.com/start', ready_message: 'Welcome' })
    await mark(reference, { message: null })
    expect(row()).toMatchObject({ ready_url: 'https://app.example.com/start', ready_message: null })
    await mark(reference, { url: null, message: 'New' })
    expect(row()).toMatchObject({ ready_url: null, ready_message: 'New', ready_by: 'api' })
  })

  it('marking as ready fails for a buyer who has not registered', async () => {
    const { app, mark, rows } = await anApi()
    await land(app)
    const answer = await mark(String(rows()[0]?.['reference']))
    expect(answer.status).toBe(409)
    expect(answer.body).toMatchObject({ error: 'not_registered' })
    expect(rows('select * from events')).toEqual([])
  })

  it.each([
    { url: 'javascript:alert(1)' },
    { url: 'http://example.com/' },
    { url: 'https://user:password@example.com/' },
    { url: 'not an address' },
    { url: `https://example.com/${'x'.repeat(2_100)}` },
    { url: 5 },
    { message: 'x'.repeat(501) },
    { message: 'a\u202eb' },
    { message: 'a\u0000b' },
    { message: ['x'] },
    { notify: 'yes' },
    { color: 'red' },
    '[]',
    '"text"',
    'null ',
    '{"url":',
  ])('the ready call answers 400 to %j and changes nothing', async (body) => {
    const { mark, reference, row } = await registeredBuyer()
    const answer = await mark(reference, body)
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ error: 'invalid_request' })
    expect(row()).toMatchObject({ ready_at: null, ready_url: null, ready_message: null })
  })

  it('the ready call counts a message in code points and accepts http for loopback', async () => {
    const { mark, reference } = await registeredBuyer()
    const answer = await mark(reference, { url: 'http://localhost:8080/x', message: '😀'.repeat(500) })
    expect(answer.status).toBe(200)
  })

  it('the ready call accepts only JSON', async () => {
    const { app, reference } = await registeredBuyer()
    const answer = await request(app)
      .post(`/api/registrations/${reference}/ready`)
      .set('Authorization', `Bearer ${secret}`)
      .type('form')
      .send({ url: 'https://example.com' })
    expect([answer.status, (answer.body as { error: string }).error]).toEqual([400, 'invalid_request'])
  })

  it('marking as ready changes the last page at its next load', async () => {
    const { app, mark, reference, cookie } = await registeredBuyer()
    await mark(reference, { url: 'https://app.example.com/start' })
    const page = await open(app, '/registration/complete', cookie)
    expect(page.text).toContain('Your access is ready')
    expect(page.text).toContain('href="https://app.example.com/start"')
  })
})
