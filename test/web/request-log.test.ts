import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { testApp } from '../support/app.ts'
import { land } from '../support/browse.ts'

const hostile = '\u001b[2J\u009b31m\u202e'

describe('the line of a request', () => {
  it('the request line has the client address without a port and limited in length', async () => {
    const { app, log } = await testApp({ env: { TRUST_PROXY_HOPS: '1' } })
    const from = ['203.0.113.7', '203.0.113.7:51234', '2001:db8::1', '[2001:db8::1]:443', 'x'.repeat(5_000)]
    for (const address of from) await request(app).get('/').set('X-Forwarded-For', `1.1.1.1, ${address}`)
    expect(log.lines().map((line) => line['clientAddress'])).toEqual([
      ...['203.0.113.7', '203.0.113.7', '2001:db8::1', '2001:db8::1'],
      'x'.repeat(64),
    ])
  })

  it('the request line has at most 1,024 characters of a path or a header', async () => {
    const { app, log } = await testApp()
    const long = 'x'.repeat(5_000)
    await request(app).get(`/${long}`).set('X-Amzn-Trace-Id', long)
    const line = log.lines().find(({ msg }) => msg === 'request')
    expect([line?.['path'], line?.['traceId']].map((text) => String(text).length)).toEqual([1_024, 1_024])
  })

  it('the request line has no control characters', async () => {
    const { app, log } = await testApp({ env: { TRUST_PROXY_HOPS: '1' } })
    // A header's bytes are read as Latin-1, so that C1 controls come through it.
    await request(app).get('/').set('X-Amzn-Trace-Id', 'Root=\u009b31m').set('X-Forwarded-For', '\u009b31m')
    expect(log.lines()[0]).toMatchObject({ traceId: 'Root=\ufffd31m', clientAddress: '\ufffd31m' })
  })
})

describe('the line of a failure', () => {
  it('the line of a failure limits and checks header values', async () => {
    const { app, log } = await testApp()
    const headers = { 'Sec-Fetch-Site': `\u009b${'x'.repeat(5_000)}`, Origin: `\u009b${'y'.repeat(5_000)}` }
    await request(app).post('/registration').type('form').set(headers).send({})
    const [refused] = log.events('registration.refused')
    expect(refused).toMatchObject({ site: `\ufffd${'x'.repeat(1_023)}`, origin: `\ufffd${'y'.repeat(1_023)}` })
  })

  it('the line of a failure limits and checks the cause', async () => {
    const { app, log } = await testApp({
      resolveCustomer: () => Promise.reject(new Error(`${hostile}${'x'.repeat(99_999)}`)),
    })
    await land(app)
    const [refused] = log.events('registration.refused')
    expect(log.text()).not.toMatch(/[\u0080-\u009f\u202e]|\\u001b/)
    expect(JSON.stringify(refused).length).toBeLessThan(8_000)
    expect(JSON.stringify(refused)).toContain('[2J')
  })
})

describe('a landing that passed fewer proxies than are trusted', () => {
  const fewer = 'fewer proxies than TRUST_PROXY_HOPS'

  it.each([
    ['passed none of one', '1', undefined, 1],
    ['passed one of two', '2', '203.0.113.7', 1],
    ['passed two of two', '2', '203.0.113.7, 10.0.0.1', 0],
    ['passed one of one', '1', '203.0.113.7', 0],
  ])('a landing with fewer proxies than trusted is warned about once: %s', async (_, hops, forwarded, warnings) => {
    const { app, log } = await testApp({ env: { TRUST_PROXY_HOPS: hops } })
    const post = () => (forwarded === undefined ? land(app) : land(app).set('X-Forwarded-For', forwarded))
    await request(app).get('/healthz')
    await post()
    await post()
    const lines = log.lines().filter(({ msg }) => msg === fewer)
    expect(lines).toHaveLength(warnings)
    if (warnings > 0)
      expect(lines[0]).toMatchObject({ level: 40, hint: expect.stringContaining('TRUST_PROXY_HOPS') as string })
  })
})
