import { describe, expect, it } from 'vitest'
import { scenarioNames } from '../src/scenarios/scenarios.ts'
import type { Simulator } from '../src/simulator.ts'
import { aClient, aSimulator, redeem, rejection } from './support.ts'

function askFor({ url }: Simulator, request: unknown): Promise<Response> {
  return fetch(`${url}/tokens`, { method: 'POST', body: JSON.stringify(request) })
}

describe('a token', () => {
  it('a token has 184 characters of base64, among them a plus, a slash and two equals signs', async () => {
    const simulator = await aSimulator()
    const tokens = Array.from({ length: 2000 }, () => simulator.issueToken('new-buyer').token)
    for (const token of tokens) expect(token).toMatch(/^(?=.*\+)(?=.*\/)[A-Za-z0-9+/]{182}==$/)
    expect(new Set(tokens).size).toBe(2000)
  })

  it('a token belongs to an account with 12 digits, sometimes with leading zeros', async () => {
    const simulator = await aSimulator()
    const ids = Array.from({ length: 500 }, () => simulator.issueToken('new-buyer').customer.awsAccountId)
    for (const id of ids) expect(id).toMatch(/^\d{12}$/)
    expect(ids.some((id) => id.startsWith('00'))).toBe(true)
    expect(ids.some((id) => !id.startsWith('0'))).toBe(true)
  })

  it('the oldest tokens are dropped beyond maxTokens', async () => {
    const simulator = await aSimulator({ maxTokens: 2 })
    const [first, second] = ['new-buyer', 'new-buyer', 'new-buyer'].map(() => simulator.issueToken('new-buyer').token)
    expect((await rejection(redeem(aClient(simulator), first ?? ''))).name).toBe('InvalidTokenException')
    expect((await redeem(aClient(simulator), second ?? '')).$metadata.httpStatusCode).toBe(200)
  })
})

describe('the fields of the redirect', () => {
  it('the form has the token, and an offer type for a free trial only', async () => {
    const { issueToken } = await aSimulator()
    const plain = issueToken('same-license')
    expect(plain.fields).toEqual({ 'x-amzn-marketplace-token': plain.token })
    expect(issueToken('free-trial').fields).toHaveProperty('x-amzn-marketplace-offer-type', 'free-trial')
    expect(issueToken('new-buyer').fields).not.toHaveProperty('x-amzn-marketplace-offer-type')
    expect(issueToken('legacy', { offerType: 'x' }).fields).toHaveProperty('x-amzn-marketplace-offer-type', 'x')
  })

  it('the form has agreement, product and fulfillment URL for some scenarios', async () => {
    const { issueToken, sendBuyersTo } = await aSimulator()
    sendBuyersTo('http://localhost:3999/')
    const { fields } = issueToken('new-buyer')
    expect(fields['x-amzn-marketplace-agreement-id']).toMatch(/^agmt-[0-9a-z]{25}$/)
    expect(fields['x-amzn-marketplace-product-id']).toMatch(/^prod-[0-9a-z]{13}$/)
    expect(fields['x-amzn-marketplace-fulfillment-url']).toBe('http://localhost:3999/')
  })
})

describe('POST /tokens', () => {
  it.each(scenarioNames)('POST /tokens issues a token for %s', async (scenario) => {
    const simulator = await aSimulator()
    const response = await askFor(simulator, { scenario })
    expect(response.status).toBe(200)
    const { token, fields } = (await response.json()) as { token: string; fields: Record<string, string> }
    expect(token).toHaveLength(184)
    expect(fields['x-amzn-marketplace-token']).toBe(token)
  })

  it('POST /tokens accepts options of the token', async () => {
    const simulator = await aSimulator()
    const said = { awsAccountId: '000000000001', productCode: 'p', licenseArn: 'arn:l', customerIdentifier: 'c' }
    const response = await askFor(simulator, {
      scenario: 'throttled',
      times: 0,
      singleUse: true,
      latencyMs: 1,
      ...said,
    })
    const { token, customer } = (await response.json()) as { token: string; customer: unknown }
    expect(customer).toEqual(said)
    expect(await redeem(aClient(simulator), token)).toMatchObject({
      CustomerAWSAccountId: '000000000001',
      ProductCode: 'p',
      LicenseArn: 'arn:l',
      CustomerIdentifier: 'c',
    })
    expect((await rejection(redeem(aClient(simulator), token))).name).toBe('ExpiredTokenException')
  })

  it('POST /tokens issues many different tokens of one license', async () => {
    const response = await askFor(await aSimulator(), { scenario: 'new-buyer', licenseArn: 'arn:one', count: 200 })
    const { tokens } = (await response.json()) as { tokens: { token: string; customer: { licenseArn: string } }[] }
    expect(new Set(tokens.map(({ token }) => token)).size).toBe(200)
    expect(new Set(tokens.map(({ customer }) => customer.licenseArn))).toEqual(new Set(['arn:one']))
  })

  it.each([
    ['an unknown scenario', { scenario: 'nope' }, /^scenario: .*new-buyer/],
    ['no scenario', {}, /^scenario: /],
    ['an unknown setting', { scenario: 'invalid', color: 'red' }, /color/],
    ['too many tokens', { scenario: 'invalid', count: 10_001 }, /^count: /],
    ['a short account id', { scenario: 'invalid', awsAccountId: '1' }, /^awsAccountId: .*12 digits/],
    ['something else', 'new-buyer', /object/],
  ])('POST /tokens rejects %s with the reason', async (_, request, message) => {
    const response = await askFor(await aSimulator(), request)
    expect(response.status).toBe(400)
    const { error } = (await response.json()) as { error: string }
    expect(error).toMatch(message)
  })

  it('GET /scenarios lists all scenarios', async () => {
    const { url } = await aSimulator()
    const { scenarios } = (await (await fetch(`${url}/scenarios`)).json()) as { scenarios: { name: string }[] }
    expect(scenarios.map(({ name }) => name)).toEqual(scenarioNames)
  })
})
