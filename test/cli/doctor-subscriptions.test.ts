import { describe, expect, it, vi } from 'vitest'
import type { Principal } from '../../src/aws/principal.ts'
import type { Finding } from '../../src/cli/doctor/finding.ts'
import { checkQueue } from '../../src/cli/doctor/queue.ts'
import { checkAgreements, checkEntitlements } from '../../src/cli/doctor/subscriptions.ts'
import { parseConfig } from '../../src/config/config.ts'
import { AppError } from '../../src/errors.ts'
import { doctor, reportOf } from '../support/doctor.ts'
import { environment } from '../support/environment.ts'
import { aws, awsError, says } from '../support/front-end.ts'

const principal = { arn: 'arn:aws:iam::111122223333:user/landing' }
const denied = awsError('com.amazon.coral.service#AccessDeniedException', 'You are not authorized', 403)
const elsewhere = 'https://sqs.eu-central-1.amazonaws.com/111122223333'

/** The simulated AWS, and a configuration that follows its subscriptions. */
async function following({
  productIds = 'prod-ours',
  caller = principal,
}: { productIds?: string; caller?: Principal | AppError } = {}) {
  const { simulator, frontEnd } = await aws({ productCode: 'ours', productId: 'prod-ours' })
  const variables = (queueUrl = simulator.queueUrl) =>
    environment({
      EVENTS_QUEUE_URL: queueUrl,
      PRODUCT_IDS: productIds,
      PRODUCT_CODES: productIds.includes(',') ? 'ours,others' : 'ours',
    })
  const setup = (queueUrl?: string) => ({ config: parseConfig(variables(queueUrl)), caller: Promise.resolve(caller) })
  return { simulator, frontEnd, variables, setup }
}

const finding = (status: Finding['status'], found: RegExp, ...fixes: readonly RegExp[]) => ({
  status,
  found: expect.stringMatching(found) as string,
  fixes: fixes.map((fix) => expect.stringMatching(fix) as string),
})

it('the doctor finds that subscriptions can be followed, and takes no message from the queue', async () => {
  const { simulator, variables, setup } = await following()
  simulator.issueToken('new-buyer')
  const queue = () => checkQueue(setup())
  await expect.poll(queue, { timeout: 30_000 }).toEqual(finding('ok', /^1 waiting, 0 being read; /))
  expect(await checkAgreements(setup())).toEqual(finding('ok', /^allowed\. Agreements: prod-ours has 1$/))
  expect(await checkEntitlements(setup())).toEqual(finding('ok', /^allowed for ours$/))
  const { checks } = reportOf(await doctor(variables(), '--json'))
  const statusOf = (wanted: string) => checks.find(({ name }) => name === wanted)?.status
  expect(['queue', 'SearchAgreements', 'GetEntitlements'].map(statusOf)).toEqual(['ok', 'ok', 'ok'])
})

it('the doctor warns that a product without any agreement may be of another account', async () => {
  const { simulator, setup } = await following({ productIds: 'prod-ours,prod-others' })
  simulator.issueToken('new-buyer')
  expect(await checkAgreements(setup())).toEqual(
    finding(
      'warning',
      /^allowed\. Agreements: prod-ours has 1, prod-others has 0$/,
      /^Check that prod-others is the product's id and that AWS account 111122223333 published it/,
    ),
  )
})

it('the doctor reads only one page of agreements', async () => {
  const { simulator, frontEnd, setup } = await following()
  for (let count = 0; count < 60; count += 1) simulator.issueToken('new-buyer')
  expect((await checkAgreements(setup())).found).toContain('prod-ours has more than 50')
  expect(frontEnd.seen).toHaveLength(1)
})

it('the doctor checks the permission to search agreements without product ids', async () => {
  const { frontEnd, setup } = await following({ productIds: '' })
  expect(await checkAgreements(setup())).toEqual(finding('ok', /^allowed\. No product id is configured/))
  expect(frontEnd.seen).toHaveLength(1)
})

describe('the doctor names the missing action', () => {
  it.each([
    ['sqs:GetQueueAttributes', checkQueue],
    ['aws-marketplace:SearchAgreements', checkAgreements],
    ['aws-marketplace:GetEntitlements', checkEntitlements],
  ])('%s', async (action, check) => {
    const { frontEnd, setup } = await following()
    frontEnd.answerNext(denied)
    expect(await check(setup())).toEqual(
      finding(
        'failed',
        /^marketplace-denied: AccessDeniedException: You are not authorized$/,
        new RegExp(`^Allow the action ${action} .*\\nThe calls are made as ${principal.arn}\\.$`),
      ),
    )
  })
})

it('the doctor finds a queue that does not exist, one of another account, and one in another Region', async () => {
  const { simulator, frontEnd, setup } = await following()
  expect(await checkQueue(setup(`${simulator.url}/111122223333/no-such-queue`))).toEqual(
    finding('failed', /QueueDoesNotExist/, /EVENTS_QUEUE_URL/),
  )
  const calls = frontEnd.seen.length
  const seller = { arn: 'arn:aws:sts::222233334444:assumed-role/landing/marketplace-landing' }
  expect(await checkQueue({ ...setup(), caller: Promise.resolve(seller) })).toEqual(
    finding('failed', /AWS account 111122223333, the calls come from 222233334444$/, /MARKETPLACE_ROLE_ARN/),
  )
  expect(frontEnd.seen).toHaveLength(calls)
  expect(await checkQueue(setup(`${elsewhere}/marketplace-events`))).toEqual(
    finding('warning', /^0 waiting/, /^Set EVENTS_QUEUE_URL to a queue in us-east-1: .* eu-central-1\.$/),
  )
  expect(await checkQueue(setup(`${elsewhere}/none`))).toEqual(
    finding('failed', /QueueDoesNotExist/, /EVENTS_QUEUE_URL/, /^Set EVENTS_QUEUE_URL to a queue in us-east-1/),
  )
})

it('the doctor warns of a queue without a dead-letter queue', async () => {
  const { frontEnd, setup } = await following()
  frontEnd.answerNext(
    says({ Attributes: { ApproximateNumberOfMessages: '3', ApproximateNumberOfMessagesNotVisible: '0' } }),
  )
  expect(await checkQueue(setup())).toEqual(
    finding('warning', /^3 waiting, 0 being read; it has no dead-letter queue$/, /redrive policy/),
  )
})

it('the doctor reports unreachable services, and makes no call without credentials', async () => {
  const { setup } = await following()
  vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:9')
  const caller = Promise.resolve(new AppError('marketplace-denied'))
  for (const check of [checkQueue, checkAgreements, checkEntitlements]) {
    expect(await check(setup())).toEqual(finding('failed', /^marketplace-unreachable/, /NAT gateway/))
    expect(await check({ ...setup(), caller })).toEqual(finding('skipped', /^not checked: needs the credentials/))
  }
})

it('the doctor only warns while AWS is throttling', async () => {
  const { frontEnd, setup } = await following()
  const throttled = awsError('com.amazonaws.marketplaceagreement#ThrottlingException')
  frontEnd.answerNext(throttled, throttled, throttled)
  expect(await checkAgreements(setup())).toEqual(finding('warning', /^marketplace-busy/, /Try again/))
})
