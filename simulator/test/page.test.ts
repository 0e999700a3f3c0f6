import { load } from 'cheerio'
import { describe, expect, it } from 'vitest'
import { scenarioNames } from '../src/scenarios/scenarios.ts'
import { aClient, aSimulator, redeem } from './support.ts'

async function open(url: string, path = '/') {
  const response = await fetch(url + path, { headers: { accept: 'text/html' } })
  return { response, $: load(await response.text()) }
}

describe('the page of subscriptions', () => {
  it('the subscriptions page has a form for every scenario, which posts to the landing URL', async () => {
    const { url } = await aSimulator({ landingUrl: 'http://localhost:3999/fulfil?a=1&b=2' })
    const { response, $ } = await open(url)
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
    const forms = $('form[method=post]').toArray()
    expect(forms.map((form) => $(form).attr('data-scenario'))).toEqual(scenarioNames)
    for (const form of forms) {
      expect($(form).attr('action')).toBe('http://localhost:3999/fulfil?a=1&b=2')
      expect($(form).find('input[name=x-amzn-marketplace-token]').val()).toHaveLength(184)
      expect($(form).find('button').text()).toBe('Set up your account')
    }
    expect($('[name=x-amzn-marketplace-offer-type]').closest('form').attr('data-scenario')).toBe('free-trial')
  })

  it('the subscriptions page has new tokens of each scenario on every load', async () => {
    const simulator = await aSimulator()
    const field = '[data-scenario=second-license] [name=x-amzn-marketplace-token]'
    const first = String((await open(simulator.url)).$(field).val())
    const second = String((await open(simulator.url)).$(field).val())
    expect(second).not.toBe(first)
    await redeem(aClient(simulator), first)
    expect(simulator.calls.of(first)[0]?.scenario).toBe('second-license')
  })

  it('the subscriptions page always has the same purchase with a late license', async () => {
    const simulator = await aSimulator()
    const field = '[data-scenario=late-license] [name=x-amzn-marketplace-token]'
    const first = String((await open(simulator.url)).$(field).val())
    const second = String((await open(simulator.url)).$(field).val())
    expect(await redeem(aClient(simulator), first)).not.toHaveProperty('LicenseArn')
    expect(await redeem(aClient(simulator), second)).toHaveProperty('LicenseArn')
  })

  it('the subscriptions page uses a changed landing URL, and says that it is a simulation', async () => {
    const simulator = await aSimulator()
    simulator.sendBuyersTo('http://localhost:4999/')
    const { $ } = await open(simulator.url)
    expect($('form').first().attr('action')).toBe('http://localhost:4999/')
    expect($('.badge').text()).toBe('Simulation')
    expect($('.note').text()).toContain('This is a simulation.')
  })

  it('the subscriptions page escapes its options', async () => {
    const { url } = await aSimulator({ productCode: '<img src=x>', landingUrl: 'http://localhost/"><img>' })
    expect((await open(url)).$('img')).toHaveLength(0)
  })
})

describe('the subscriptions page of several products', () => {
  const products = [
    { code: 'one', title: 'Example <i>Analytics</i>' },
    { code: 'two', id: 'prod-two0000000001' },
  ]

  it('the subscriptions page offers a purchase of each product, and the scenarios of one of them', async () => {
    const simulator = await aSimulator({ products })
    expect([simulator.productCode, simulator.products[1]?.id]).toEqual(['one', 'prod-two0000000001'])
    const { $ } = await open(simulator.url)
    const offered = $('form[data-product]').toArray()
    expect(offered.map((form) => $(form).attr('data-product'))).toEqual(['one', 'two'])
    expect($('form[data-scenario]')).toHaveLength(scenarioNames.length)
    expect($('h3').first().text()).toBe('Example <i>Analytics</i>')
    for (const form of offered) {
      const token = String($(form).find('[name=x-amzn-marketplace-token]').val())
      expect((await redeem(aClient(simulator), token)).ProductCode).toBe($(form).attr('data-product'))
    }
  })

  it('the subscriptions page shows the scenarios of the product in its address', async () => {
    const simulator = await aSimulator({ products })
    const first = await open(simulator.url)
    const { $ } = await open(simulator.url, first.$('.expects a').attr('href'))
    const customerOf = async (scenario: string, page = $) => {
      const token = String(page(`[data-scenario=${scenario}] [name=x-amzn-marketplace-token]`).val())
      return redeem(aClient(simulator), token)
    }
    expect((await customerOf('new-buyer')).ProductCode).toBe('two')
    expect((await customerOf('other-product')).ProductCode).toBe('anotherproductcode0000001')
    const [one, two] = [await customerOf('same-license', first.$), await customerOf('same-license')]
    expect([one.ProductCode, two.ProductCode]).toEqual(['one', 'two'])
    expect(one.LicenseArn).not.toBe(two.LicenseArn)
  })
})

describe('the page of calls', () => {
  it('the page of calls lists the latest first, without full tokens', async () => {
    const simulator = await aSimulator()
    expect((await open(simulator.url, '/calls')).$('.none').text()).toBe('None yet.')
    const { token } = simulator.issueToken('legacy')
    await redeem(aClient(simulator), token)
    await redeem(aClient(simulator), simulator.issueToken('same-license').token)
    const { $ } = await open(simulator.url, '/calls')
    expect(
      $('tbody td:nth-child(2)')
        .toArray()
        .map((cell) => $(cell).text()),
    ).toEqual(['same-license', 'legacy'])
    expect($.html()).not.toContain(token)
  })
})

describe('other addresses', () => {
  it.each([
    ['GET', '/marketplace.css', 200],
    ['HEAD', '/', 200],
    ['GET', '/favicon.ico', 204],
    ['GET', '/nothing', 404],
    ['GET', '/tokens', 405],
    ['DELETE', '/', 405],
    ['POST', '/calls', 405],
  ])('%s %s is answered with %i', async (method, path, status) => {
    const { url } = await aSimulator()
    expect((await fetch(url + path, { method })).status).toBe(status)
  })
})
