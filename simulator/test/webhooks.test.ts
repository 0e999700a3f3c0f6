import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import { bodyOf, completed, open, registration } from './application.ts'
import { aSimulator } from './support.ts'

const secret = `whsec_${Buffer.from('a secret of 24 bytes or m').toString('base64')}`
const other = `whsec_${Buffer.from('another secret, as long as').toString('base64')}`

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
