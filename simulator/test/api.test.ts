import { SendEmailCommand } from '@aws-sdk/client-sesv2'
import { load } from 'cheerio'
import { describe, expect, it } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import { clientsOf, purchasesOf, send } from './clients.ts'
import { aClient, aSimulator, redeem, rejection } from './support.ts'

function post({ url }: Simulator, path: string, form: Record<string, string>, accept = '*/*'): Promise<Response> {
  const init = { method: 'POST', body: new URLSearchParams(form), headers: { accept }, redirect: 'manual' as const }
  return fetch(url + path, init)
}

async function page(simulator: Simulator, path: string) {
  return load(await (await fetch(simulator.url + path, { headers: { accept: 'text/html' } })).text())
}

describe('the API with forms', () => {
  it('POST /tokens issues a token for a form', async () => {
    const simulator = await aSimulator()
    const form = { scenario: 'new-buyer', awsAccountId: '000000000001', singleUse: 'true', latencyMs: '1' }
    const response = await post(simulator, '/tokens', form)
    const { token, customer } = (await response.json()) as { token: string; customer: { awsAccountId: string } }
    expect(customer.awsAccountId).toBe('000000000001')
    await redeem(aClient(simulator), token)
    expect((await rejection(redeem(aClient(simulator), token))).name).toBe('ExpiredTokenException')
  })

  it('POST /purchases/ID/events accepts a form, and redirects a browser to the page', async () => {
    const simulator = await aSimulator()
    const { purchase } = simulator.issueToken('new-buyer')
    const path = `/purchases/${purchase}/events`
    const moved = await post(simulator, path, { event: 'activate', times: '2', delayMs: '0' })
    expect(await moved.json()).toMatchObject({ purchase: { state: 'active' } })
    const browser = await post(simulator, path, { event: 'cancel' }, 'text/html,*/*')
    expect(browser.status).toBe(303)
    expect(browser.headers.get('location')).toBe(`/purchases#${purchase}`)
    expect((await purchasesOf(simulator))[0]?.state).toBe('canceled')
  })

  it.each([
    ['/tokens', { scenario: 'new-buyer', singleUse: 'perhaps' }, /^singleUse: .*true or false/],
    ['/tokens', {}, /^scenario: .*new-buyer/],
    ['/tokens', { scenario: 'new-buyer', licenseKey: 'x' }, /^licenseKey: .*arn, id/],
    ['/clock', { advanceMs: '-1' }, /^advanceMs: .*whole number/],
    ['/clock', {}, /^advanceMs: /],
    ['/purchases/ID/events', { event: 'amend', endTime: 'next year' }, /^endTime: .*ISO 8601/],
    ['/purchases/ID/events', { event: 'cancel', autoRenewal: 'true' }, /^endTime and autoRenewal: .*amend/],
    ['/purchases/ID/events', { event: 'notice', notice: 'x' }, /^notice: .*renewal-upcoming/],
    ['/purchases/ID/events', { event: 'amend', notice: 'ending' }, /^notice: .*event notice/],
  ])('the response to an invalid request to %s with %j says what to send', async (path, form, message) => {
    const simulator = await aSimulator()
    const { purchase } = simulator.issueToken('new-buyer')
    const response = await post(simulator, path.replace('ID', purchase), form)
    expect(response.status).toBe(400)
    expect((await response.json()) as { error: string }).toEqual({ error: expect.stringMatching(message) as never })
  })
})

describe('a request from a page of another site', () => {
  it.each([
    ['POST', '/tokens'],
    ['POST', '/clock'],
    ['POST', '/purchases/purchase-1/events'],
    ['POST', '/application/arrivals/x/link'],
    ['POST', '/webhooks'],
    ['POST', '/'],
    ['DELETE', '/calls'],
  ])('%s %s is rejected from a page of another site', async (method, path) => {
    const { url } = await aSimulator()
    for (const site of ['cross-site', 'same-site']) {
      const response = await fetch(url + path, { method, headers: { 'sec-fetch-site': site } })
      expect(response.status).toBe(403)
      expect(((await response.json()) as { error: string }).error).toContain('another site')
    }
  })

  it('a POST is accepted from the simulator’s own pages and from the address bar', async () => {
    const { url } = await aSimulator()
    for (const site of ['same-origin', 'none']) {
      const init = { method: 'POST', headers: { 'sec-fetch-site': site }, body: '{"advanceMs":0}' }
      expect((await fetch(`${url}/clock`, init)).status).toBe(200)
    }
    expect((await fetch(url, { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(200)
  })
})

describe('the API', () => {
  it('GET /health returns the time, and POST /clock advances it', async () => {
    const simulator = await aSimulator()
    const health = async () =>
      (await (await fetch(`${simulator.url}/health`)).json()) as { status: string; now: string }
    const before = await health()
    expect(before.status).toBe('ok')
    const moved = await send(simulator, '/clock', { advanceMs: 3_600_000 })
    expect(Date.parse((moved.body as { now: string }).now) - Date.parse(before.now)).toBeGreaterThanOrEqual(3_600_000)
    expect(Date.parse((await health()).now)).toBeGreaterThanOrEqual(Date.parse(before.now) + 3_600_000)
  })

  it('GET /calls filters by token, and DELETE /calls deletes all calls', async () => {
    const simulator = await aSimulator()
    const { token } = simulator.issueToken('new-buyer')
    await redeem(aClient(simulator), token)
    await redeem(aClient(simulator), simulator.issueToken('new-buyer').token)
    const calls = async (query = '') => {
      const answer: unknown = await (await fetch(`${simulator.url}/calls${query}`)).json()
      return answer as { count: number; calls: { token: string }[] }
    }
    expect((await calls()).count).toBe(2)
    expect(await calls(`?token=${encodeURIComponent(token)}`)).toMatchObject({ count: 1, calls: [{ token }] })
    expect((await fetch(`${simulator.url}/calls`, { method: 'DELETE' })).status).toBe(204)
    expect(await calls()).toEqual({ count: 0, calls: [] })
  })

  it('new buyers alternate between an empty identifier and none', async () => {
    const simulator = await aSimulator()
    const answers: unknown[] = []
    for (let count = 0; count < 4; count += 1) {
      answers.push((await redeem(aClient(simulator), simulator.issueToken('new-buyer').token)).CustomerIdentifier)
    }
    expect(answers).toEqual(['', undefined, '', undefined])
  })
})

describe('the pages', () => {
  it('the purchases page offers the events that a purchase accepts', async () => {
    const simulator = await aSimulator()
    const { purchase } = simulator.issueToken('new-buyer', { licenseArn: '<b>arn' })
    const $ = await page(simulator, '/purchases')
    const events = $(`#${purchase} .events button`)
      .toArray()
      .map((button) => $(button).val())
    expect(events).toEqual(['activate', 'cancel', 'expire', 'deprovision', 'advise', 'notice'])
    expect($('main dl b')).toHaveLength(0)
    await send(simulator, `/purchases/${purchase}/events`, { event: 'deprovision' })
    expect((await page(simulator, '/purchases'))(`#${purchase} .events button`)).toHaveLength(0)
  })

  it('the purchases page makes a purchase with options, and sends its buyer to the landing page', async () => {
    const simulator = await aSimulator({ landingUrl: 'http://localhost:3999/' })
    const form = { scenario: 'new-buyer', channelPartner: 'true', startsInMs: '604800000', entitlementCount: '0' }
    expect((await post(simulator, '/tokens', form, 'text/html')).headers.get('location')).toBe('/purchases')
    const $ = await page(simulator, '/purchases')
    expect($('main li .tag').text()).toBe('pendingchannel partner')
    expect($('main li form.landing').attr('action')).toBe('http://localhost:3999/')
    const customer = await redeem(aClient(simulator), String($('main [name=x-amzn-marketplace-token]').val()))
    const purchases = await purchasesOf(simulator)
    expect(purchases.map(({ licenseArn }) => licenseArn)).toEqual([customer.LicenseArn])
  })

  it('the inbox shows each mail in a frame that blocks scripts and content of other sites and opens links in a tab', async () => {
    const simulator = await aSimulator()
    expect((await page(simulator, '/inbox'))('.none').text()).toBe('No mail yet.')
    const Html = { Data: '<p>Hello</p><script>alert(1)</script>' }
    const Content = { Simple: { Subject: { Data: '<i>Hi</i>' }, Body: { Html, Text: { Data: '<u>plain</u>' } } } }
    const Destination = { ToAddresses: ['b@example.com'] }
    await clientsOf(simulator).ses.send(
      new SendEmailCommand({ FromEmailAddress: 'a@example.com', Destination, Content }),
    )
    const $ = await page(simulator, '/inbox')
    expect($('main h2').text()).toBe('<i>Hi</i>')
    expect($('main pre').text()).toBe('<u>plain</u>')
    expect($('main script')).toHaveLength(0)
    expect($('iframe').attr('sandbox')).toBe('allow-popups allow-popups-to-escape-sandbox')
    expect($('iframe').attr('srcdoc')).toContain('<base target="_blank">')
    expect($('iframe').attr('srcdoc')).toContain("default-src 'none'")
    expect($('iframe').attr('srcdoc')).toContain('<p>Hello</p>')
  })

  it('the page of calls also lists other operations', async () => {
    const simulator = await aSimulator()
    await fetch(simulator.url, { method: 'POST', headers: { 'x-amz-target': 'AmazonSQS.ReceiveMessage' } })
    const $ = await page(simulator, '/calls')
    expect($('[aria-label="Other calls"] tbody tr')).toHaveLength(1)
  })

  it.each(['/purchases', '/application', '/inbox', '/calls', '/'])('the page %s links to all pages', async (path) => {
    const $ = await page(await aSimulator(), path)
    const links = $('nav a')
      .toArray()
      .map((link) => $(link).attr('href'))
    expect(links).toEqual(['/', '/purchases', '/application', '/inbox', '/calls'])
    expect($('nav [aria-current=page]').attr('href')).toBe(path)
  })
})
