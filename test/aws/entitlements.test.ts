import { expect, it } from 'vitest'
import { createGetEntitlements } from '../../src/aws/entitlements.ts'
import type { ErrorCode } from '../../src/errors.ts'
import { send } from '../../simulator/test/clients.ts'
import { failure } from '../support/failure.ts'
import { aws, hangs, awsError, says } from '../support/front-end.ts'

const role = { arn: 'arn:aws:iam::111122223333:role/landing', externalId: null }
const licenseArn = 'arn:aws:license-manager::294406891311:license:l-9d01f0b3e52ca6f38bf84d0fafb8802c'

async function someEntitlements(more: { deadlineMs?: number; role?: typeof role; region?: string } = {}) {
  const { simulator, frontEnd } = await aws({ productCode: 'ours' })
  const get = createGetEntitlements({ region: 'us-east-1', role: null, ...more })
  const activated = async (options: object = {}) => {
    const { body } = await send(simulator, '/tokens', { scenario: 'new-buyer', ...options })
    const issued = body as { purchase: string; customer: { licenseArn: string } }
    await send(simulator, `/purchases/${issued.purchase}/events`, { event: 'activate' })
    return issued.customer.licenseArn
  }
  return { simulator, frontEnd, get, activated }
}

it('finds the entitlements of a license, and none of another license', async () => {
  const { get, activated, frontEnd } = await someEntitlements()
  const license = await activated()
  await activated()
  expect(await get('ours', license)).toEqual([
    { dimension: 'projects', value: '3', expiresAt: expect.stringMatching(/^\d{4}-.*Z$/) as string },
    { dimension: 'seats', value: '10', expiresAt: expect.stringMatching(/^\d{4}-.*Z$/) as string },
  ])
  expect(frontEnd.seen).toMatchObject([
    {
      target: 'AWSMPEntitlementService.GetEntitlements',
      region: 'us-east-1',
      hasSessionToken: false,
      body: { ProductCode: 'ours', Filter: { LICENSE_ARN: [license] } },
    },
  ])
})

it('finds no entitlements before AWS has propagated them, nor for a product with usage pricing', async () => {
  const { simulator, get, activated } = await someEntitlements()
  const late = await activated({ entitlementLagMs: 120_000 })
  expect(await get('ours', late)).toEqual([])
  simulator.advanceClock(120_000)
  expect(await get('ours', late)).toHaveLength(2)
  expect(await get('ours', await activated({ entitlementCount: 0 }))).toEqual([])
})

it('reads all pages of entitlements, including an empty one', async () => {
  const { frontEnd, get, activated } = await someEntitlements()
  const found = await get('ours', await activated({ entitlementCount: 60 }))
  expect(new Set(found.map(({ dimension }) => dimension)).size).toBe(60)
  expect(frontEnd.seen).toHaveLength(4)
})

it('fails if the pages of entitlements do not end', async () => {
  const { frontEnd, get } = await someEntitlements()
  frontEnd.answerNext(...Array.from({ length: 101 }, () => says({ Entitlements: [], NextToken: 'x' })))
  expect((await failure(get('ours', licenseArn))).code).toBe('internal')
  expect(frontEnd.seen).toHaveLength(100)
})

it('reads every type of entitlement value, in a fixed order', async () => {
  const { frontEnd, get } = await someEntitlements()
  const Entitlements = [
    { Dimension: 'e' },
    { Dimension: 'd', Value: { StringValue: 'gold' } },
    { Dimension: 'c', Value: { BooleanValue: false } },
    { Dimension: 'b', Value: { DoubleValue: 0.5 } },
    { Dimension: 'a', Value: { IntegerValue: 0 }, ExpirationDate: 1_800_000_000 },
  ]
  frontEnd.answerNext(says({ Entitlements }))
  expect(await get('ours', licenseArn)).toEqual([
    { dimension: 'a', value: '0', expiresAt: '2027-01-15T08:00:00.000Z' },
    { dimension: 'b', value: '0.5', expiresAt: null },
    { dimension: 'c', value: 'false', expiresAt: null },
    { dimension: 'd', value: 'gold', expiresAt: null },
    { dimension: 'e', value: '', expiresAt: null },
  ])
})

it.each([
  ['eu-west-1', 'us-east-1'],
  ['cn-northwest-1', 'cn-northwest-1'],
  ['eusc-de-east-1', 'eusc-de-east-1'],
])('reads entitlements with the role; a product of %s is read in %s', async (region, asked) => {
  const { frontEnd, get } = await someEntitlements({ role, region })
  await get('ours', licenseArn)
  expect(frontEnd.seen).toMatchObject([{ region: asked, hasSessionToken: true }])
})

it.each<[string, ErrorCode, string]>([
  ['com.amazon.coral.service#AccessDeniedException', 'marketplace-denied', 'aws-marketplace:GetEntitlements'],
  ['com.amazon.coral.service#ExpiredTokenException', 'marketplace-denied', 'expired'],
  ['com.amazonaws.marketplaceentitlementservice#InvalidParameterException', 'internal', ''],
])('a GetEntitlements call that fails with %s is %s', async (type, code, hint) => {
  const { frontEnd, get } = await someEntitlements()
  frontEnd.answerNext(awsError(type))
  const error = await failure(get('ours', licenseArn))
  expect(error.code).toBe(code)
  expect(error.details.hint ?? '').toContain(hint)
})

it('retries GetEntitlements when AWS throttles or fails, and reports it if that continues', async () => {
  const { frontEnd, get, activated } = await someEntitlements()
  const license = await activated()
  const throttled = awsError('com.amazonaws.marketplaceentitlementservice#ThrottlingException')
  const broken = awsError('com.amazonaws.marketplaceentitlementservice#InternalServiceErrorException', 'no', 500)
  frontEnd.answerNext(throttled, broken)
  expect(await get('ours', license)).toHaveLength(2)
  frontEnd.answerNext(throttled, throttled, throttled)
  expect((await failure(get('ours', license))).code).toBe('marketplace-busy')
  frontEnd.answerNext(broken, broken, broken)
  expect((await failure(get('ours', license))).code).toBe('marketplace-failed')
})

it('ends GetEntitlements at its deadline while AWS hangs', async () => {
  const { frontEnd, get } = await someEntitlements({ deadlineMs: 200 })
  frontEnd.answerNext(hangs)
  expect((await failure(get('ours', licenseArn))).code).toBe('marketplace-unreachable')
})

it('fails if the response of GetEntitlements is unreadable', async () => {
  const { frontEnd, get } = await someEntitlements()
  frontEnd.answerNext(says({ Entitlements: [{ Value: { IntegerValue: 1 } }] }))
  expect((await failure(get('ours', licenseArn))).code).toBe('marketplace-failed')
})
