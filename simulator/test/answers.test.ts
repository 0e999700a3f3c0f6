import { describe, expect, it } from 'vitest'
import { aClient, aSimulator, redeem } from './support.ts'

const aws = 'com.amazonaws'
const license = /^arn:aws:license-manager::294406891311:license:l-[0-9a-f]{32}$/

describe('a token that ResolveCustomer accepts', () => {
  it.each(['new-buyer', 'free-trial', 'single-use'] as const)(
    'ResolveCustomer returns a new buyer for each token of %s',
    async (scenario) => {
      const simulator = await aSimulator({ productCode: 'ours' })
      const client = aClient(simulator)
      const [one, other] = [simulator.issueToken(scenario), simulator.issueToken(scenario)]
      const answer = await redeem(client, one.token)
      expect(answer).toMatchObject({ ProductCode: 'ours', CustomerIdentifier: '', $metadata: { httpStatusCode: 200 } })
      expect(answer.CustomerAWSAccountId).toMatch(/^\d{12}$/)
      expect(answer.LicenseArn).toMatch(license)
      expect(answer.LicenseArn).not.toContain(answer.CustomerAWSAccountId)
      expect(answer.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/)
      expect((await redeem(client, other.token)).LicenseArn).not.toBe(answer.LicenseArn)
    },
  )

  it('ResolveCustomer returns the same license for same-license, and another one of its account for second-license', async () => {
    const simulator = await aSimulator()
    const answers = await Promise.all(
      (['same-license', 'same-license', 'second-license'] as const).map((scenario) =>
        redeem(aClient(simulator), simulator.issueToken(scenario).token),
      ),
    )
    const [first, again, second] = answers
    expect(first?.LicenseArn).toMatch(license)
    expect(again?.LicenseArn).toBe(first?.LicenseArn)
    expect(second?.LicenseArn).toMatch(license)
    expect(second?.LicenseArn).not.toBe(first?.LicenseArn)
    expect(second?.CustomerAWSAccountId).toBe(first?.CustomerAWSAccountId)
  })

  it('ResolveCustomer returns an identifier and no license for legacy, and neither for no-license', async () => {
    const simulator = await aSimulator()
    const legacy = await redeem(aClient(simulator), simulator.issueToken('legacy').token)
    expect(legacy.CustomerIdentifier).toMatch(/^[0-9a-z]{12}$/)
    expect(legacy).not.toHaveProperty('LicenseArn')
    const bare = await redeem(aClient(simulator), simulator.issueToken('no-license').token)
    expect(bare.CustomerIdentifier).toBe('')
    expect(bare).not.toHaveProperty('LicenseArn')
  })

  it('ResolveCustomer returns another seller’s product for other-product', async () => {
    const simulator = await aSimulator({ productCode: 'ours' })
    const answer = await redeem(aClient(simulator), simulator.issueToken('other-product').token)
    expect(answer.ProductCode).toBe('anotherproductcode0000001')
  })

  it('ResolveCustomer responds to slow after its latency', async () => {
    const simulator = await aSimulator()
    const { token } = simulator.issueToken('slow', { latencyMs: 100 })
    const answer = await redeem(aClient(simulator), token)
    expect(answer.LicenseArn).toMatch(license)
    expect(performance.timeOrigin + performance.now() - (simulator.calls.of(token)[0]?.at ?? 0)).toBeGreaterThan(99)
  })

  it('ResolveCustomer returns no fields for empty-answer', async () => {
    const simulator = await aSimulator()
    const answer = await redeem(aClient(simulator), simulator.issueToken('empty-answer').token)
    expect(Object.keys(answer)).toEqual(['$metadata'])
    expect(answer.$metadata.httpStatusCode).toBe(200)
  })
})

describe('a late license', () => {
  it('a late license is in the second answer to the same token', async () => {
    const simulator = await aSimulator()
    const { token, customer } = simulator.issueToken('late-license')
    expect(await redeem(aClient(simulator), token)).not.toHaveProperty('LicenseArn')
    expect((await redeem(aClient(simulator), token)).LicenseArn).toBe(customer.licenseArn)
  })

  it('a late license is in the answer to a second token of the same purchase, but not of another one', async () => {
    const simulator = await aSimulator()
    const first = simulator.issueToken('late-license')
    const second = simulator.issueToken('late-license', first.customer)
    const other = simulator.issueToken('late-license')
    expect(await redeem(aClient(simulator), first.token)).not.toHaveProperty('LicenseArn')
    expect(await redeem(aClient(simulator), other.token)).not.toHaveProperty('LicenseArn')
    expect(await redeem(aClient(simulator), second.token)).toMatchObject({
      CustomerAWSAccountId: first.customer.awsAccountId,
      LicenseArn: first.customer.licenseArn,
    })
  })
})

describe('a token that is used again', () => {
  it('a token that is used again gets the same response', async () => {
    const simulator = await aSimulator()
    const { token } = simulator.issueToken('new-buyer')
    const first = await redeem(aClient(simulator), token)
    const second = await redeem(aClient(simulator), token)
    expect(second).toEqual({ ...first, $metadata: second.$metadata })
  })

  it('a single-use token has expired the second time', async () => {
    const simulator = await aSimulator()
    const { token } = simulator.issueToken('new-buyer', { singleUse: true })
    await redeem(aClient(simulator), token)
    await expect(redeem(aClient(simulator), token)).rejects.toMatchObject({
      name: 'ExpiredTokenException',
      __type: `${aws}.marketplacemetering#ExpiredTokenException`,
    })
  })

  it('a single-use token is resolved once by two concurrent calls', async () => {
    const simulator = await aSimulator()
    const { token } = simulator.issueToken('single-use', { latencyMs: 50 })
    const both = await Promise.allSettled([redeem(aClient(simulator), token), redeem(aClient(simulator), token)])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })
})
