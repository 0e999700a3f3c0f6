import { createProducts } from '../../src/domain/product.ts'
import { aBranding } from '../support/pages.ts'
import { describe, expect, it, vi } from 'vitest'
import type { Check } from '../../src/cli/doctor/check.ts'
import { runDoctor } from '../../src/cli/doctor/run.ts'
import { checkQueue } from '../../src/cli/doctor/queue.ts'
import { checkAgreements, checkEntitlements } from '../../src/cli/doctor/subscriptions.ts'
import { call } from '../support/command.ts'
import { environment } from '../support/environment.ts'
import { aws, refusal, says } from '../support/front-end.ts'

const principal = { arn: 'arn:aws:iam::111122223333:user/landing' }
const denied = refusal('com.amazon.coral.service#AccessDeniedException', 'You are not authorized', 403)

/** The simulated AWS, and what the doctor says when it looks there. */
async function anAws({ productIds = ['prod-ours'] }: { readonly productIds?: string[] } = {}) {
  const { simulator, frontEnd } = await aws({ productCode: 'ours', productId: 'prod-ours' })
  const listings = [
    { productCode: 'ours', productId: productIds[0] ?? null },
    ...productIds.slice(1).map((productId) => ({ productCode: 'others', productId })),
  ]
  const config = (queueUrl: string | null = simulator.queueUrl) => ({
    subscriptions: { queueUrl, reconcileMs: 0 },
    marketplace: { region: 'us-east-1', role: null, deadlineMs: 8_000 },
    products: createProducts([{ ...aBranding, listings }], aBranding),
  })
  return { simulator, frontEnd, config }
}

const saying = (status: Check['status'], found: RegExp, hint: RegExp | null = null) => ({
  status,
  found: expect.stringMatching(found) as string,
  hint: hint === null ? null : (expect.stringMatching(hint) as string),
})

it('the doctor says so when subscriptions can be followed, and takes no message from the queue', async () => {
  const { simulator, config } = await anAws({ productIds: ['prod-ours', 'prod-others'] })
  simulator.issueToken('new-buyer')
  await vi.waitFor(async () => {
    expect(await checkQueue(config(), principal)).toMatchObject(saying('ok', /^1 waiting, 0 being read; /))
  }, 30_000)
  expect(await checkAgreements(config(), principal)).toMatchObject(
    saying('ok', /^allowed\. Agreements: prod-ours has 1, prod-others has 0$/),
  )
  expect(await checkEntitlements(config(), principal)).toMatchObject(saying('ok', /^allowed for ours$/))
  const ended = await call(
    runDoctor,
    [],
    environment({
      ...{ EVENTS_QUEUE_URL: simulator.queueUrl, PRODUCT_IDS: 'prod-ours', PRODUCT_CODES: 'ours' },
      DATABASE_URL: 'sqlite:/nowhere/landing.db',
    }),
  )
  for (const name of ['queue', 'SearchAgreements', 'GetEntitlements'])
    expect(ended.stdout).toMatch(new RegExp(`^✓ ${name} `, 'm'))
})

it('the doctor reads one page of the agreements, however many there are', async () => {
  const { simulator, frontEnd, config } = await anAws()
  for (let count = 0; count < 60; count += 1) simulator.issueToken('new-buyer')
  expect((await checkAgreements(config(), principal)).found).toContain('prod-ours has more than 50')
  expect(frontEnd.seen).toHaveLength(1)
})

it('the doctor looks whether agreements may be searched with the queue alone, too', async () => {
  const { frontEnd, config } = await anAws({ productIds: [] })
  expect(await checkAgreements(config(), principal)).toMatchObject(saying('ok', /^allowed\. PRODUCT_IDS is not set/))
  expect(frontEnd.seen).toHaveLength(1)
})

describe('the doctor names the missing action', () => {
  it.each([
    ['sqs:GetQueueAttributes', checkQueue],
    ['aws-marketplace:SearchAgreements', checkAgreements],
    ['aws-marketplace:GetEntitlements', checkEntitlements],
  ])('%s', async (action, check) => {
    const { frontEnd, config } = await anAws()
    frontEnd.answerNext(denied)
    expect(await check(config(), principal)).toMatchObject(
      saying('failed', /^marketplace-denied: AccessDeniedException: You are not authorized$/, new RegExp(action)),
    )
    frontEnd.answerNext(denied)
    expect((await check(config(), principal)).hint).toContain(`These calls are made as ${principal.arn}.`)
  })
})

it('the doctor finds a queue that there is not, one of another account, and one in another Region', async () => {
  const { simulator, frontEnd, config } = await anAws()
  const other = `${simulator.url}/111122223333/no-such-queue`
  expect(await checkQueue(config(other), principal)).toMatchObject(
    saying('failed', /QueueDoesNotExist/, /^AWS knows no such queue\. EVENTS_QUEUE_URL/),
  )
  const calls = frontEnd.seen.length
  const seller = { arn: 'arn:aws:sts::222233334444:assumed-role/landing/marketplace-landing' }
  expect(await checkQueue(config(), seller)).toMatchObject(
    saying('failed', /AWS account 111122223333, the calls come from 222233334444$/, /MARKETPLACE_ROLE_ARN/),
  )
  expect(frontEnd.seen).toHaveLength(calls)
  const abroad = config('https://sqs.eu-central-1.amazonaws.com/111122223333/marketplace-events')
  expect(await checkQueue(abroad, principal)).toMatchObject(
    saying('warning', /^0 waiting/, /^EVENTS_QUEUE_URL is in eu-central-1; .*us-east-1 only/),
  )
  expect(await checkQueue(config('https://sqs.eu-central-1.amazonaws.com/111122223333/none'), principal)).toMatchObject(
    saying('failed', /QueueDoesNotExist/, /no such queue.*\n.*us-east-1 only/),
  )
})

it('the doctor warns of a queue without a dead-letter queue', async () => {
  const { frontEnd, config } = await anAws()
  frontEnd.answerNext(
    says({ Attributes: { ApproximateNumberOfMessages: '3', ApproximateNumberOfMessagesNotVisible: '0' } }),
  )
  expect(await checkQueue(config(), principal)).toMatchObject(
    saying('warning', /^3 waiting, 0 being read; it has no dead-letter queue$/, /redrive policy/),
  )
})

it('the doctor says where the network ends, and looks at nothing without credentials', async () => {
  const { config } = await anAws()
  vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:9')
  for (const check of [checkQueue, checkAgreements, checkEntitlements]) {
    expect(await check(config(), principal)).toMatchObject(saying('failed', /^marketplace-unreachable/, /NAT gateway/))
    expect(await check(config(), null)).toMatchObject(saying('skipped', /^needs credentials/))
  }
})

it('the doctor only warns while AWS throttles', async () => {
  const { frontEnd, config } = await anAws()
  const throttled = refusal('com.amazonaws.marketplaceagreement#ThrottlingException')
  frontEnd.answerNext(throttled, throttled, throttled)
  expect(await checkAgreements(config(), principal)).toMatchObject(saying('warning', /^marketplace-busy/, /try again/))
})
