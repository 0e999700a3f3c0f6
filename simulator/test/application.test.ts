import { describe, expect, it } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import { aLanding, bodyOf, completed, open, registration } from './application.ts'
import { aSimulator } from './support.ts'

describe('marking a buyer as ready', () => {
  const ready = {
    ...registration,
    ready_at: '2026-11-24T19:02:11.000Z',
    ready_by: 'api',
    ready_url: 'https://a.example/',
  }

  async function aBuyer(status: number, answer: object, options: object = {}) {
    const { landingUrl, requests } = await aLanding(status, answer)
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
    return { simulator, requests, mark }
  }

  it('one button marks a buyer as ready through the landing page’s API', async () => {
    const { simulator, requests, mark } = await aBuyer(200, { registration: ready })
    const { $ } = await open(`${simulator.url}/application`)
    expect($('li.buyer form').attr('action')).toBe('/application/buyers/7K3M-9QXW-2PAB/ready')
    expect($('li.buyer form button').text()).toBe('Mark as ready')
    const after = await mark({ url: '', message: '' })
    expect(requests).toEqual([
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
    const { requests, mark } = await aBuyer(200, { registration: ready })
    await mark({ url: 'https://app.example.com/', message: 'Welcome', notify: 'true' })
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
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
    const { landingUrl, requests } = await aLanding(404, {})
    const { mark } = await aBuyer(200, {}, { apiUrl: landingUrl.replace('/fulfil', '/base/api/') })
    expect((await mark({})).$('li.buyer .bad').text()).toContain('the API is off')
    expect(requests[0]?.url).toBe('/base/api/registrations/7K3M-9QXW-2PAB/ready')
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
    const { landingUrl, requests } = await aLanding(200, { registration })
    const simulator = await aSimulator({ landingUrl, handoffSecret: 'the-secret, the-old-one' })
    const { response, $ } = await open(`${simulator.url}/application/handoff?code=a%2Bb`)
    expect(requests).toEqual([
      { method: 'POST', url: '/handoff', authorization: 'Bearer the-secret', body: 'code=a%2Bb' },
    ])
    expect(response.url).not.toContain('code')
    expect($('h1').text()).toBe('Link a purchase')
    expect($('.note').text()).toBe(
      'You are logged in as ada@example.com (simulated). Link this purchase to ada@example.com? Only do this if you or your company bought it.',
    )
    expect($('main').text()).toContain('012345678901')
    const action = $('form').attr('action') ?? ''
    await open(response.url)
    expect(requests).toHaveLength(1)
    expect((await open(`${simulator.url}/application`)).$('li.buyer').text()).toContain('not linked')
    const linked = await open(simulator.url + action, { method: 'POST', headers: { accept: 'text/html' } })
    expect(linked.$('h1').text()).toBe('The purchase is linked')
    expect((await open(`${simulator.url}/application`)).$('li.buyer').text()).not.toContain('not linked')
  })

  it('a handoff code is redeemed at the handoff URL of the simulator', async () => {
    const { landingUrl, requests } = await aLanding(200, { registration })
    const handoffUrl = landingUrl.replace('/fulfil', '/elsewhere')
    const simulator = await aSimulator({ landingUrl: 'http://127.0.0.1:9/', handoffUrl, handoffSecret: 'x' })
    expect((await open(`${simulator.url}/application/handoff?code=x`)).$('h1').text()).toBe('Link a purchase')
    expect(requests[0]?.url).toBe('/elsewhere')
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
