import { setTimeout as pause } from 'node:timers/promises'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { describe, expect, it, vi } from 'vitest'
import { createEventsQueue } from '../../src/aws/queue.ts'
import { accountOf, regionOf } from '../../src/aws/queue-url.ts'
import type { ErrorCode } from '../../src/errors.ts'
import { clientsOf } from '../../simulator/test/clients.ts'
import { failure } from '../support/failure.ts'
import { aws, hangs, awsError, says } from '../support/front-end.ts'

const role = { arn: 'arn:aws:iam::111122223333:role/landing', externalId: null }
const never = new AbortController().signal

async function aQueue(more: { deadlineMs?: number } = {}) {
  const { simulator, frontEnd } = await aws()
  const queue = createEventsQueue(simulator.queueUrl, { role: null, ...more })
  const put = (body: string) =>
    clientsOf(simulator).sqs.send(new SendMessageCommand({ QueueUrl: simulator.queueUrl, MessageBody: body }))
  return { simulator, frontEnd, queue, put }
}

describe('the URL of a queue', () => {
  it.each([
    ['https://sqs.us-east-1.amazonaws.com/111122223333/events', 'us-east-1'],
    ['https://sqs.eu-central-1.amazonaws.com/111122223333/events', 'eu-central-1'],
    ['https://sqs.cn-northwest-1.amazonaws.com.cn/111122223333/events', 'cn-northwest-1'],
    ['https://sqs.eusc-de-east-1.amazonaws.eu/111122223333/events', 'eusc-de-east-1'],
    ['https://vpce-0a1b2c-us.sqs.us-west-2.vpce.amazonaws.com/111122223333/events', 'us-west-2'],
    ['https://queue.amazonaws.com/111122223333/events', 'us-east-1'],
    ['http://127.0.0.1:4000/111122223333/events', 'us-east-1'],
  ])('finds the account and the Region in the queue URL %s', (url, region) => {
    expect(regionOf(url)).toBe(region)
    expect(accountOf(url)).toBe('111122223333')
  })

  it('finds no account in the URL of another host', () => {
    expect(accountOf('https://example.com/events')).toBeNull()
  })
})

describe('the queue', () => {
  it('receives up to ten messages, counts them, and deletes removed ones', async () => {
    const { queue, put, simulator, frontEnd } = await aQueue()
    for (let count = 1; count <= 12; count += 1) await put(`event ${String(count)}`)
    expect(await queue.attributes()).toMatchObject({ waiting: 12, inFlight: 0 })
    const messages = await queue.receive(never)
    expect(messages.map(({ body }) => body)).toEqual(Array.from({ length: 10 }, (_, at) => `event ${String(at + 1)}`))
    expect(frontEnd.seen.at(-1)?.body).toMatchObject({ MaxNumberOfMessages: 10, WaitTimeSeconds: 20 })
    expect(await queue.attributes()).toMatchObject({ waiting: 2, inFlight: 10 })
    await Promise.all(messages.map((message) => queue.remove(message)))
    simulator.advanceClock(60_000)
    expect(await queue.attributes()).toMatchObject({ waiting: 2, inFlight: 0 })
  })

  it('reports whether the queue has a dead-letter queue', async () => {
    const { queue, frontEnd } = await aQueue()
    expect(await queue.attributes()).toEqual({ waiting: 0, inFlight: 0, hasDeadLetters: true })
    frontEnd.answerNext(
      says({ Attributes: { ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0' } }),
    )
    expect(await queue.attributes()).toMatchObject({ hasDeadLetters: false })
  })

  it('a poll waits for a later message', async () => {
    const { queue, put } = await aQueue({ deadlineMs: 300 })
    const polled = queue.receive(never)
    await pause(700)
    await put('late')
    expect(await polled).toMatchObject([{ body: 'late' }])
  })

  it('an aborted poll ends at once and takes no message', async () => {
    const { queue, put } = await aQueue()
    const stop = new AbortController()
    const polled = queue.receive(stop.signal)
    await pause(200)
    const stoppedAt = performance.now()
    stop.abort()
    expect(await polled).toEqual([])
    expect(performance.now() - stoppedAt).toBeLessThan(5_000)
    await pause(200)
    await put('one')
    expect(await queue.receive(stop.signal)).toEqual([])
    expect(await queue.attributes()).toMatchObject({ waiting: 1, inFlight: 0 })
  })

  it('an aborted poll ends at once in the pause between two attempts', async () => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.9)
    const { queue, frontEnd } = await aQueue()
    const throttled = awsError('com.amazonaws.sqs#RequestThrottled')
    frontEnd.answerNext(throttled, throttled)
    const stop = new AbortController()
    const polled = queue.receive(stop.signal)
    await vi.waitUntil(() => frontEnd.seen.length === 1)
    await pause(50)
    const stoppedAt = performance.now()
    stop.abort()
    expect(await polled).toEqual([])
    expect(performance.now() - stoppedAt).toBeLessThan(5_000)
    random.mockRestore()
  })

  it('polls leave no listeners on their signal', async () => {
    const { queue, frontEnd } = await aQueue()
    const { signal } = new AbortController()
    const added = vi.spyOn(signal, 'addEventListener')
    const removed = vi.spyOn(signal, 'removeEventListener')
    frontEnd.answerNext(says({}))
    expect(await queue.receive(signal)).toEqual([])
    expect(added).toHaveBeenCalledTimes(1)
    expect(removed).toHaveBeenCalledTimes(1)
  })

  it('calls the host of the queue URL unless the environment overrides it', async () => {
    const { simulator, frontEnd } = await aws()
    const ofAws = 'https://sqs.eu-central-1.amazonaws.com/111122223333/marketplace-events'
    expect(await createEventsQueue(ofAws, { role: null }).attributes()).toMatchObject({ waiting: 0, inFlight: 0 })
    expect(frontEnd.seen).toHaveLength(1)
    vi.stubEnv('AWS_ENDPOINT_URL', undefined)
    await createEventsQueue(simulator.queueUrl, { role: null }).attributes()
    expect(frontEnd.seen).toHaveLength(1)
    vi.stubEnv('AWS_ENDPOINT_URL_SQS', frontEnd.url)
    await createEventsQueue(ofAws, { role: null }).attributes()
    expect(frontEnd.seen).toHaveLength(2)
  })

  it('reads the queue with the role in the seller account, in the Region of the queue', async () => {
    const { frontEnd } = await aws()
    const url = 'https://sqs.eu-central-1.amazonaws.com/111122223333/marketplace-events'
    await createEventsQueue(url, { role }).attributes()
    expect(frontEnd.seen).toMatchObject([
      { target: 'AmazonSQS.GetQueueAttributes', region: 'eu-central-1', hasSessionToken: true },
    ])
    const denied = { arn: 'arn:aws:iam::111122223333:role/not-assumable', externalId: null }
    const { code, details } = await failure(createEventsQueue(url, { role: denied }).attributes())
    expect(code).toBe('marketplace-denied')
    expect(details.hint).toContain('MARKETPLACE_ROLE_ARN')
  })
})

describe('a call of the queue', () => {
  const calls = {
    'sqs:ReceiveMessage': (queue: Queue) => queue.receive(never),
    'sqs:DeleteMessage': (queue: Queue) => queue.remove({ body: '', receiptHandle: 'x' }),
    'sqs:GetQueueAttributes': (queue: Queue) => queue.attributes(),
  }
  type Queue = ReturnType<typeof createEventsQueue>

  it.each(Object.entries(calls))(
    'a queue call without %s is denied with a hint that names it',
    async (action, make) => {
      const { queue, frontEnd } = await aQueue()
      for (const type of ['com.amazon.coral.service#AccessDeniedException', 'AccessDenied']) {
        frontEnd.answerNext(awsError(type, 'not authorized', 403))
        const { code, details } = await failure(make(queue))
        expect(code).toBe('marketplace-denied')
        expect(details.hint).toContain(action)
        expect(details.hint).toContain('EVENTS_QUEUE_URL')
        expect(details.facts).toMatchObject({ action, awsRequestId: 'request-1', attempts: 1 })
      }
    },
  )

  it.each<[string, ErrorCode, string]>([
    ['com.amazonaws.sqs#QueueDoesNotExist', 'marketplace-denied', 'EVENTS_QUEUE_URL'],
    ['com.amazonaws.sqs#KmsAccessDenied', 'marketplace-denied', 'kms:Decrypt'],
    ['com.amazon.coral.service#ExpiredTokenException', 'marketplace-denied', 'expired'],
    ['com.amazonaws.sqs#ExpiredTokenException', 'marketplace-denied', 'expired'],
    ['com.amazonaws.sqs#ReceiptHandleIsInvalid', 'internal', ''],
    ['com.amazon.coral.validate#ValidationException', 'internal', ''],
  ])('a queue call that fails with %s is %s', async (type, code, hint) => {
    const { queue, frontEnd } = await aQueue()
    frontEnd.answerNext(awsError(type))
    const error = await failure(queue.remove({ body: '', receiptHandle: 'x' }))
    expect(error.code).toBe(code)
    expect(error.details.hint ?? '').toContain(hint)
  })

  it('retries a throttled queue call, and fails as busy if throttling continues', async () => {
    const { queue, frontEnd } = await aQueue()
    const throttled = awsError('com.amazonaws.sqs#RequestThrottled')
    frontEnd.answerNext(throttled)
    expect(await queue.attributes()).toMatchObject({ waiting: 0, inFlight: 0 })
    frontEnd.answerNext(throttled, throttled, throttled)
    const { code, details } = await failure(queue.attributes())
    expect(code).toBe('marketplace-busy')
    expect(details.facts).toMatchObject({ attempts: 3 })
  })

  it('ends a queue call at its deadline while AWS hangs, and a poll after its wait', async () => {
    const { queue, frontEnd } = await aQueue({ deadlineMs: 200 })
    frontEnd.answerNext(hangs)
    expect((await failure(queue.attributes())).code).toBe('marketplace-unreachable')
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    frontEnd.answerNext(hangs)
    const polled = failure(queue.receive(never))
    await vi.advanceTimersByTimeAsync(20_300)
    vi.useRealTimers()
    expect((await polled).code).toBe('marketplace-unreachable')
  })

  it('a queue call with another response fails with the matching code', async () => {
    const { queue, frontEnd } = await aQueue()
    frontEnd.answerNext(says({ Messages: [{ MD5OfBody: 'd41d8cd98f00b204e9800998ecf8427e', ReceiptHandle: 'x' }] }))
    expect((await failure(queue.receive(never))).code).toBe('marketplace-failed')
    frontEnd.answerNext(says({ Attributes: { ApproximateNumberOfMessages: 'many' } }))
    expect((await failure(queue.attributes())).code).toBe('marketplace-failed')
  })
})
