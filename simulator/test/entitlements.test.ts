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
  const apply = (event: string) => send(simulator, `/purchases/${issued.purchase}/events`, { event })
  const get = (input: Partial<GetEntitlementsCommandInput> = {}) =>
    entitlement.send(new GetEntitlementsCommand({ ProductCode: 'ours', ...input }))
  return { simulator, issued, get, apply }
}

describe('GetEntitlements, seen through the SDK', () => {
  it('GetEntitlements returns nothing before activation, and seats and projects after it', async () => {
    const { issued, get, apply } = await anActive()
    expect((await get()).Entitlements).toEqual([])
    await apply('activate')
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

  it('GetEntitlements returns more seats after an amendment, and nothing after deprovisioning', async () => {
    const { get, apply } = await anActive()
    await apply('activate')
    await apply('amend')
    expect((await get()).Entitlements?.[0]?.Value?.IntegerValue).toBe(15)
    await apply('deprovision')
    expect((await get()).Entitlements).toEqual([])
  })

  it('GetEntitlements returns pages of 25, with an empty page among them', async () => {
    const { get, apply } = await anActive({ entitlementCount: 60 })
    await apply('activate')
    const sizes: number[] = []
    let NextToken: string | undefined
    do {
      const page: Awaited<ReturnType<typeof get>> = await get(NextToken === undefined ? {} : { NextToken })
      sizes.push(page.Entitlements?.length ?? -1)
      NextToken = page.NextToken
    } while (NextToken !== undefined)
    expect(sizes).toEqual([25, 0, 25, 10])
  })

  it('GetEntitlements returns entitlements after a lag, none for usage pricing, and a past date after expiry', async () => {
    const late = await anActive({ entitlementLagMs: 120_000 })
    await late.apply('activate')
    expect((await late.get()).Entitlements).toEqual([])
    late.simulator.advanceClock(120_000)
    expect((await late.get()).Entitlements).toHaveLength(2)
    const used = await anActive({ entitlementCount: 0 })
    await used.apply('activate')
    expect((await used.get()).Entitlements).toEqual([])
    const expired = await anActive()
    await expired.apply('activate')
    await expired.apply('expire')
    expect((await expired.get()).Entitlements?.[0]?.ExpirationDate?.getTime()).toBeLessThanOrEqual(Date.now() + 1000)
  })

  it('GetEntitlements filters by account, dimension and identifier', async () => {
    const { issued, get, apply, simulator } = await anActive()
    await apply('activate')
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
    ['a missing product', { ProductCode: '' }],
    ['a page that is too large', { MaxResults: 26 }],
    ['an invalid token', { NextToken: 'x' }],
    ['an unknown filter', { Filter: { OTHER: ['x'] } as never }],
  ])('GetEntitlements refuses %s', async (_, input) => {
    const { get } = await anActive()
    const error = await rejection(get(input))
    expect(error.name).toBe('InvalidParameterException')
    expect(error['$metadata']).toMatchObject({
      httpStatusCode: 400,
      requestId: expect.stringMatching(requestId) as never,
    })
  })

  it('GetEntitlements is not available in every Region', async () => {
    const simulator = await aSimulator()
    const { entitlement } = clientsOf(simulator, 'eu-central-1')
    const error = await rejection(entitlement.send(new GetEntitlementsCommand({ ProductCode: 'ours' })))
    expect(error).toMatchObject({ name: 'InvalidSignatureException', $metadata: { httpStatusCode: 403 } })
    expect(error.message).toContain('valid region')
  })
})
