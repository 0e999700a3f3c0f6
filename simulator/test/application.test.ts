import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { load } from 'cheerio'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import { aSimulator } from './support.ts'

const secret = `whsec_${Buffer.from('a secret of 24 bytes or m').toString('base64')}`
const other = `whsec_${Buffer.from('another secret, as long as').toString('base64')}`
const event = JSON.stringify({ type: 'registration.completed', data: { registration: { reference: '<b>7K3M</b>' } } })

function deliver({ url }: Simulator, signedWith: string, { at = new Date(), body = event, query = '' } = {}) {
  const headers = {
    'content-type': 'application/json',
    'webhook-id': 'msg_1',
    'webhook-timestamp': Math.floor(at.getTime() / 1000).toString(),
    'webhook-signature': new Webhook(signedWith).sign('msg_1', at, event),
  }
  return fetch(`${url}/webhooks${query}`, { method: 'POST', headers, body })
}

async function received({ url }: Simulator) {
  const response = await fetch(`${url}/webhooks`)
  return (await response.json()) as {
    receivedAt: string
    headers: Record<string, string>
    body: unknown
    verified: boolean
  }[]
}

async function open(url: string, init: RequestInit = {}) {
  const response = await fetch(url, { headers: { accept: 'text/html' }, ...init })
  return { response, $: load(await response.text()) }
}

describe('webhooks to your application', () => {
  it('are verified and kept', async () => {
    const simulator = await aSimulator({ webhookSecret: secret })
    expect((await deliver(simulator, secret)).status).toBe(204)
    const [webhook] = await received(simulator)
    expect(webhook).toMatchObject({
      verified: true,
      headers: { 'webhook-id': 'msg_1' },
      body: JSON.parse(event) as object,
    })
    const { $ } = await open(`${simulator.url}/application`)
    expect($('main li h3').text()).toBe('registration.completed verified')
    expect($('main b')).toHaveLength(0)
    expect($('main pre').text()).toContain('<b>7K3M</b>')
  })

  it.each([
    ['another secret', other, {}],
    ['another body', secret, { body: `${event} ` }],
    ['a time six minutes ago', secret, { at: new Date(Date.now() - 6 * 60_000) }],
  ])('are refused, yet kept, with %s', async (_, signedWith, how) => {
    const simulator = await aSimulator({ webhookSecret: secret })
    expect((await deliver(simulator, signedWith, how)).status).toBe(401)
    expect(await received(simulator)).toMatchObject([{ verified: false }])
  })

  it('are verified with either secret while they rotate', async () => {
    const simulator = await aSimulator({ webhookSecret: `${other},${secret}` })
    expect((await deliver(simulator, secret)).status).toBe(204)
    expect((await deliver(simulator, other)).status).toBe(204)
  })

  it('are taken unverified by a simulator without a secret', async () => {
    const simulator = await aSimulator()
    expect((await deliver(simulator, secret)).status).toBe(204)
    expect(await received(simulator)).toMatchObject([{ verified: false }])
  })

  it('are answered as the address asks', async () => {
    const simulator = await aSimulator({ webhookSecret: secret })
    expect((await deliver(simulator, secret, { query: '?status=503' })).status).toBe(503)
    expect(await received(simulator)).toHaveLength(1)
    expect((await deliver(simulator, secret, { query: '?status=soon' })).status).toBe(400)
  })
})

describe('a buyer who comes over to your application', () => {
  const registration = {
    reference: '7K3M-9QXW-2PAB',
    aws_account_id: '012345678901',
    company: '<i>Example</i>',
    email: 'j@example.com',
  }

  async function aLanding(status: number, answer: object) {
    const asked: {
      method: string | undefined
      url: string | undefined
      authorization: string | undefined
      body: string
    }[] = []
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

  it('is redeemed once, server to server, and linked only when asked', async () => {
    const { landingUrl, asked } = await aLanding(200, { registration })
    const simulator = await aSimulator({ landingUrl, continueSecret: 'the-secret, the-old-one' })
    const { response, $ } = await open(`${simulator.url}/application/continue?code=a%2Bb`)
    expect(asked).toEqual([{ method: 'POST', url: '/handoff', authorization: 'Bearer the-secret', body: 'code=a%2Bb' }])
    expect(response.url).not.toContain('code')
    expect($('h1').text()).toBe('Link a purchase')
    expect($('main').text()).toContain('012345678901')
    expect($('main').text()).toContain('<i>Example</i>')
    const action = $('form').attr('action') ?? ''
    await open(response.url)
    expect(asked).toHaveLength(1)
    expect((await open(`${simulator.url}/application`)).$('main').text()).toContain('not linked')
    const linked = await open(simulator.url + action, { method: 'POST', headers: { accept: 'text/html' } })
    expect(linked.$('h1').text()).toBe('Your account is linked')
  })

  it.each([
    [400, { error: 'invalid_grant' }, 'used, or older'],
    [401, { error: 'invalid_client' }, 'does not accept the secret'],
    [200, {}, 'named no registration'],
    [500, {}, 'answered 500'],
  ])('is told what is wrong when the landing answers %i %j', async (status, answer, words) => {
    const { landingUrl } = await aLanding(status, answer)
    const simulator = await aSimulator({ landingUrl, continueSecret: 'x' })
    const { response, $ } = await open(`${simulator.url}/application/continue?code=x`)
    expect(response.status).toBe(502)
    expect($('main').text()).toContain(words)
  })

  it('is told when nobody answers, when there is no code, and when there is no secret', async () => {
    const unreachable = await aSimulator({ landingUrl: 'http://127.0.0.1:9/', continueSecret: 'x' })
    expect((await open(`${unreachable.url}/application/continue?code=x`)).$('main').text()).toContain(
      'cannot be reached',
    )
    expect((await open(`${unreachable.url}/application/continue`)).$('main').text()).toContain('has no code')
    const bare = await aSimulator()
    expect((await open(`${bare.url}/application/continue?code=x`)).$('main').text()).toContain('HANDOFF_SECRET')
  })
})
