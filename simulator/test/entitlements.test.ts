import {
  GetEntitlementsCommand,
  type GetEntitlementsCommandInput,
} from '@aws-sdk/client-marketplace-entitlement-service'
import { describe, expect, it } from 'vitest'
import { clientsOf, requestId, send } from './clients.ts'
import { aSimulator, rejection } from './support.ts'

async function anActive(more: object = {}) {
  const simulator = await aSimulator({ productCode: 'ours' })
  const { entitlement } = clientsOf(simulator)
  const { body } = await send(simulator, '/tokens', { scenario: 'new-buyer', ...more })
  const issued = body as { purchase: string; customer: { awsAccountId: string; licenseArn: string } }
  const move = (event: string) => send(simulator, `/purchases/${issued.purchase}/events`, { event })
  const get = (input: Partial<GetEntitlementsCommandInput> = {}) =>
    entitlement.send(new GetEntitlementsCommand({ ProductCode: 'ours', ...input }))
  return { simulator, issued, get, move }
}

describe('GetEntitlements, seen through the SDK', () => {
  it('is empty before activation, and has seats and projects after it', async () => {
    const { issued, get, move } = await anActive()
    expect((await get()).Entitlements).toEqual([])
    await move('activate')
    const answer = await get({ Filter: { LICENSE_ARN: [issued.customer.licenseArn] } })
    expect(answer.$metadata.requestId).toMatch(requestId)
    expect(answer.NextToken).toBeUndefined()
    expect(answer.Entitlements).toMatchObject([
      {
        ProductCode: 'ours',
        Dimension: 'seats',
        Value: { IntegerValue: 10 },
        CustomerAWSAccountId: issued.customer.awsAccountId,
        LicenseArn: issued.customer.licenseArn,
      },
      { Dimension: 'projects', Value: { IntegerValue: 3 } },
    ])
    expect(answer.Entitlements?.[0]?.ExpirationDate?.getTime()).toBeGreaterThan(Date.now() + 300 * 86_400_000)
  })

  it('has more seats after an amendment, and nothing after the license is gone', async () => {
    const { get, move } = await anActive()
    await move('activate')
    await move('amend')
    expect((await get()).Entitlements?.[0]?.Value?.IntegerValue).toBe(15)
    await move('deprovision')
    expect((await get()).Entitlements).toEqual([])
  })

  it('comes in pages of 25, with an empty page in between', async () => {
    const { get, move } = await anActive({ entitlementCount: 60 })
    await move('activate')
    const sizes: number[] = []
    let NextToken: string | undefined
    do {
      const page: Awaited<ReturnType<typeof get>> = await get(NextToken === undefined ? {} : { NextToken })
      sizes.push(page.Entitlements?.length ?? -1)
      NextToken = page.NextToken
    } while (NextToken !== undefined)
    expect(sizes).toEqual([25, 0, 25, 10])
  })

  it('lags, is empty for what is paid by use, and expires', async () => {
    const late = await anActive({ entitlementLagMs: 120_000 })
    await late.move('activate')
    expect((await late.get()).Entitlements).toEqual([])
    late.simulator.advanceClock(120_000)
    expect((await late.get()).Entitlements).toHaveLength(2)
    const used = await anActive({ entitlementCount: 0 })
    await used.move('activate')
    expect((await used.get()).Entitlements).toEqual([])
    const expired = await anActive()
    await expired.move('activate')
    await expired.move('expire')
    expect((await expired.get()).Entitlements?.[0]?.ExpirationDate?.getTime()).toBeLessThanOrEqual(Date.now() + 1000)
  })

  it('filters by account and dimension', async () => {
    const { issued, get, move, simulator } = await anActive()
    await move('activate')
    const other = simulator.issueToken('legacy')
    await send(simulator, `/purchases/${other.purchase}/events`, { event: 'activate' })
    expect((await get()).Entitlements).toHaveLength(4)
    expect(
      (await get({ Filter: { CUSTOMER_AWS_ACCOUNT_ID: [issued.customer.awsAccountId] } })).Entitlements,
    ).toHaveLength(2)
    expect((await get({ Filter: { DIMENSION: ['seats'] } })).Entitlements).toHaveLength(2)
    const CUSTOMER_IDENTIFIER = [other.customer.customerIdentifier ?? '']
    expect((await get({ Filter: { CUSTOMER_IDENTIFIER } })).Entitlements).toHaveLength(2)
  })

  it.each([
    ['no product', { ProductCode: '' }],
    ['too large a page', { MaxResults: 26 }],
    ['a token that is none', { NextToken: 'x' }],
    ['another filter', { Filter: { OTHER: ['x'] } as never }],
  ])('refuses %s', async (_, input) => {
    const { get } = await anActive()
    const error = await rejection(get(input))
    expect(error.name).toBe('InvalidParameterException')
    expect(error['$metadata']).toMatchObject({
      httpStatusCode: 400,
      requestId: expect.stringMatching(requestId) as never,
    })
  })

  it('is not offered in every Region', async () => {
    const simulator = await aSimulator()
    const { entitlement } = clientsOf(simulator, 'eu-central-1')
    const error = await rejection(entitlement.send(new GetEntitlementsCommand({ ProductCode: 'ours' })))
    expect(error).toMatchObject({ name: 'InvalidSignatureException', $metadata: { httpStatusCode: 403 } })
    expect(error.message).toContain('valid region')
  })
})
