import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { load } from 'cheerio'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import { aSimulator } from './support.ts'

const secret = `whsec_${Buffer.from('a secret of 24 bytes or m').toString('base64')}`
const other = `whsec_${Buffer.from('another secret, as long as').toString('base64')}`

const registration = {
  reference: '7K3M-9QXW-2PAB',
  status: 'registered',
  aws_account_id: '012345678901',
  company: '<i>Example</i>',
  email: 'j@example.com',
  product: 'analytics',
  fields: { region: 'eu', terms: true, use_case: null },
  field_labels: { region: 'Data <b>region</b>', terms: 'I accept the terms.' },
  ready_at: null,
}

function bodyOf(type: string, data: object, timestamp = new Date().toISOString()): string {
  return JSON.stringify({ type, timestamp, data })
}

const completed = bodyOf('registration.completed', { registration })

function deliver({ url }: Simulator, signedWith: string, { at = new Date(), body = completed, query = '' } = {}) {
  const headers = {
    'content-type': 'application/json',
    'webhook-id': 'msg_1',
    'webhook-timestamp': Math.floor(at.getTime() / 1000).toString(),
    'webhook-signature': new Webhook(signedWith).sign('msg_1', at, completed),
  }
  return fetch(`${url}/webhooks${query}`, { method: 'POST', headers, body })
}

async function received({ url }: Simulator) {
  const response = await fetch(`${url}/webhooks`)
  return (await response.json()) as { headers: Record<string, string>; body: unknown; verified: boolean }[]
}

async function open(url: string, init: RequestInit = {}) {
  const response = await fetch(url, { headers: { accept: 'text/html' }, ...init })
  return { response, $: load(await response.text()) }
}

type Asked = { method: string | undefined; url: string | undefined; authorization: string | undefined; body: string }

/** A landing page that answers every request with one status and body. */
async function aLanding(status: number, answer: object) {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      asked.push({ method: request.method, url: request.url, authorization: request.headers.authorization, body })
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  return { landingUrl: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/fulfil`, asked }
}

describe('the webhooks of your application', () => {
  it('a webhook is verified, kept and shown', async () => {
    const simulator = await aSimulator({ webhookSecret: secret })
    expect((await deliver(simulator, secret)).status).toBe(204)
    expect(await received(simulator)).toMatchObject([
      { verified: true, headers: { 'webhook-id': 'msg_1' }, body: JSON.parse(completed) as object },
    ])
    const { $ } = await open(`${simulator.url}/application`)
    expect($('main li.whole h3').text()).toBe('registration.completed verified')
    expect($('main pre').text()).toContain('<i>Example</i>')
  })

  it.each([
    ['another secret', other, {}],
    ['another body', secret, { body: `${completed} ` }],
    ['a time six minutes ago', secret, { at: new Date(Date.now() - 6 * 60_000) }],
  ])('a webhook with %s is rejected and changes no buyer', async (_, signedWith, how) => {
    const simulator = await aSimulator({ webhookSecret: secret })
    expect((await deliver(simulator, signedWith, how)).status).toBe(401)
    expect(await received(simulator)).toMatchObject([{ verified: false }])
    expect((await open(`${simulator.url}/application`)).$('li.buyer')).toHaveLength(0)
  })

  it('a webhook is verified with either of two secrets during a rotation', async () => {
    const simulator = await aSimulator({ webhookSecret: `${other},${secret}` })
    expect((await deliver(simulator, secret)).status).toBe(204)
    expect((await deliver(simulator, other)).status).toBe(204)
  })

  it('a webhook is accepted without verification by a simulator without a secret', async () => {
    const simulator = await aSimulator()
    expect((await deliver(simulator, secret)).status).toBe(204)
    expect(await received(simulator)).toMatchObject([{ verified: false }])
  })

  it('a webhook gets the status in its URL', async () => {
    const simulator = await aSimulator({ webhookSecret: secret })
    expect((await deliver(simulator, secret, { query: '?status=503' })).status).toBe(503)
    expect(await received(simulator)).toHaveLength(1)
    expect((await deliver(simulator, secret, { query: '?status=soon' })).status).toBe(400)
  })
})

describe('the buyers of your application', () => {
  const send = ({ url }: Simulator, body: string) => fetch(`${url}/webhooks`, { method: 'POST', body })

  it('a buyer is shown with the seller’s own fields, the subscription, and whether access is ready', async () => {
    const simulator = await aSimulator()
    const subscription = { state: 'active', agreement_id: 'agmt-1', ends_at: '2027-06-30T00:00:00.000Z' }
    await send(simulator, bodyOf('subscription.activated', { registration, subscription }))
    const { $ } = await open(`${simulator.url}/application`)
    expect($('li.buyer h3').text()).toBe('<i>Example</i> not ready subscription active not linked')
    const facts = $('li.buyer dl div')
      .toArray()
      .map((row) => [$(row).find('dt').text(), $(row).find('dd').text()])
    expect(Object.fromEntries(facts)).toMatchObject({
      Reference: '7K3M-9QXW-2PAB',
      Product: 'analytics',
      'Data <b>region</b>': 'eu',
      'I accept the terms.': 'yes',
      use_case: 'no answer',
      Subscription: 'active, agmt-1, to 2027-06-30',
    })
  })

  it('an older webhook that arrives late does not change a buyer', async () => {
    const simulator = await aSimulator()
    const ready = { ...registration, ready_at: '2026-11-24T19:02:11.000Z' }
    await send(simulator, bodyOf('registration.ready', { registration: ready }, '2026-11-24T19:02:11.000Z'))
    await send(simulator, bodyOf('registration.completed', { registration }, '2026-11-24T19:00:00.000Z'))
    expect((await open(`${simulator.url}/application`)).$('li.buyer .tag').first().text()).toBe('ready')
  })
})

describe('marking a buyer as ready', () => {
  const ready = {
    ...registration,
    ready_at: '2026-11-24T19:02:11.000Z',
    ready_by: 'api',
    ready_url: 'https://a.example/',
  }

  async function aBuyer(status: number, answer: object, options: object = {}) {
    const { landingUrl, asked } = await aLanding(status, answer)
    const simulator = await aSimulator({ landingUrl, apiSecret: 'the-secret, the-old-one', ...options })
    await fetch(`${simulator.url}/webhooks`, {
      method: 'POST',
      body: bodyOf('registration.completed', { registration }, '2026-11-24T19:00:00.000Z'),
    })
    const mark = (form: Record<string, string>) =>
      open(`${simulator.url}/application/buyers/7K3M-9QXW-2PAB/ready`, {
        method: 'POST',
        body: new URLSearchParams(form),
      })
    return { simulator, asked, mark }
  }

  it('one button marks a buyer as ready through the landing page’s API', async () => {
    const { simulator, asked, mark } = await aBuyer(200, { registration: ready })
    const { $ } = await open(`${simulator.url}/application`)
    expect($('li.buyer form').attr('action')).toBe('/application/buyers/7K3M-9QXW-2PAB/ready')
    expect($('li.buyer form button').text()).toBe('Mark as ready')
    const after = await mark({ url: '', message: '' })
    expect(asked).toEqual([
      {
        method: 'POST',
        url: '/api/registrations/7K3M-9QXW-2PAB/ready',
        authorization: 'Bearer the-secret',
        body: '{}',
      },
    ])
    expect(after.$('li.buyer .tag').first().text()).toBe('ready')
    expect(after.$('li.buyer dl').text()).toContain('https://a.example/')
  })

  it('marking as ready sends a link, a message and notify', async () => {
    const { asked, mark } = await aBuyer(200, { registration: ready })
    await mark({ url: 'https://app.example.com/', message: 'Welcome', notify: 'true' })
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
      url: 'https://app.example.com/',
      message: 'Welcome',
      notify: true,
    })
  })

  it('a buyer is shown with the reason why marking as ready failed', async () => {
    const { mark } = await aBuyer(400, { error: 'invalid_request', message: 'url must be https' })
    expect((await mark({ url: 'http://x/' })).$('li.buyer .bad').text()).toContain('answered 400: url must be https')
  })

  it('marking as ready uses the API URL of the simulator', async () => {
    const { landingUrl, asked } = await aLanding(404, {})
    const { mark } = await aBuyer(200, {}, { apiUrl: landingUrl.replace('/fulfil', '/base/api/') })
    expect((await mark({})).$('li.buyer .bad').text()).toContain('the API is off')
    expect(asked[0]?.url).toBe('/base/api/registrations/7K3M-9QXW-2PAB/ready')
  })

  it('marking as ready is not offered without the secret', async () => {
    const simulator = await aSimulator()
    await fetch(`${simulator.url}/webhooks`, { method: 'POST', body: completed })
    const { $ } = await open(`${simulator.url}/application`)
    expect($('li.buyer form')).toHaveLength(0)
    expect($('li.buyer .hint').text()).toContain('API_SECRET')
  })
})

describe('a buyer who comes from the last page', () => {
  it('a handoff code is redeemed once, server to server, and the purchase is linked only after confirmation', async () => {
    const { landingUrl, asked } = await aLanding(200, { registration })
    const simulator = await aSimulator({ landingUrl, handoffSecret: 'the-secret, the-old-one' })
    const { response, $ } = await open(`${simulator.url}/application/handoff?code=a%2Bb`)
    expect(asked).toEqual([{ method: 'POST', url: '/handoff', authorization: 'Bearer the-secret', body: 'code=a%2Bb' }])
    expect(response.url).not.toContain('code')
    expect($('h1').text()).toBe('Link a purchase')
    expect($('.note').text()).toBe(
      'Link this purchase to ada@example.com? Only do this if you or your company bought it.',
    )
    expect($('main').text()).toContain('012345678901')
    const action = $('form').attr('action') ?? ''
    await open(response.url)
    expect(asked).toHaveLength(1)
    expect((await open(`${simulator.url}/application`)).$('li.buyer').text()).toContain('not linked')
    const linked = await open(simulator.url + action, { method: 'POST', headers: { accept: 'text/html' } })
    expect(linked.$('h1').text()).toBe('The purchase is linked')
    expect((await open(`${simulator.url}/application`)).$('li.buyer').text()).not.toContain('not linked')
  })

  it('a handoff code is redeemed at the handoff URL of the simulator', async () => {
    const { landingUrl, asked } = await aLanding(200, { registration })
    const handoffUrl = landingUrl.replace('/fulfil', '/elsewhere')
    const simulator = await aSimulator({ landingUrl: 'http://127.0.0.1:9/', handoffUrl, handoffSecret: 'x' })
    expect((await open(`${simulator.url}/application/handoff?code=x`)).$('h1').text()).toBe('Link a purchase')
    expect(asked[0]?.url).toBe('/elsewhere')
  })

  it.each([
    [400, { error: 'invalid_grant' }, 'used, or older'],
    [401, { error: 'invalid_client' }, 'does not accept the secret'],
    [200, {}, 'without a registration'],
    [500, {}, 'answered 500'],
  ])('a failed handoff shows the reason if the landing page returns %i %j', async (status, answer, words) => {
    const { landingUrl } = await aLanding(status, answer)
    const simulator = await aSimulator({ landingUrl, handoffSecret: 'x' })
    const { response, $ } = await open(`${simulator.url}/application/handoff?code=x`)
    expect(response.status).toBe(502)
    expect($('main').text()).toContain(words)
  })

  it('a failed handoff shows the reason if there is no response, code or secret', async () => {
    const unreachable = await aSimulator({ landingUrl: 'http://127.0.0.1:9/', handoffSecret: 'x' })
    const handoff = async ({ url }: Simulator, query: string) =>
      (await open(`${url}/application/handoff${query}`)).$('main').text()
    expect(await handoff(unreachable, '?code=x')).toContain('cannot be reached')
    expect(await handoff(unreachable, '')).toContain('has no code')
    expect(await handoff(await aSimulator(), '?code=x')).toContain('HANDOFF_SECRET')
  })
})
