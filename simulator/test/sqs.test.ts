import { createHash } from 'node:crypto'
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs'
import { describe, expect, it } from 'vitest'
import { clientsOf, requestId } from './clients.ts'
import { aSimulator, rejection, signedHeaders } from './support.ts'

async function aQueue() {
  const simulator = await aSimulator()
  const { sqs } = clientsOf(simulator)
  const QueueUrl = simulator.queueUrl
  const receive = (more: object = {}) =>
    sqs.send(new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['All'], ...more }))
  const put = (body: string) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body }))
  return { simulator, sqs, QueueUrl, receive, put }
}

describe('the queue, seen through the SDK', () => {
  it('is at the address that AWS would give it, and says how it is set', async () => {
    const { sqs, simulator, QueueUrl, put } = await aQueue()
    expect(QueueUrl).toBe(`${simulator.url}/111122223333/marketplace-events`)
    const found = await sqs.send(new GetQueueUrlCommand({ QueueName: 'marketplace-events' }))
    expect(found.QueueUrl).toBe(QueueUrl)
    expect(found.$metadata.requestId).toMatch(requestId)
    await put('one')
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))
    expect(Attributes).toMatchObject({
      QueueArn: 'arn:aws:sqs:us-east-1:111122223333:marketplace-events',
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesNotVisible: '0',
      VisibilityTimeout: '30',
    })
    expect(JSON.parse(Attributes?.['RedrivePolicy'] ?? '')).toEqual({
      deadLetterTargetArn: 'arn:aws:sqs:us-east-1:111122223333:marketplace-events-dlq',
      maxReceiveCount: 5,
    })
  })

  it('answers CreateQueue with the queue of the events, whatever name it asks for', async () => {
    const { sqs, QueueUrl } = await aQueue()
    const create = (QueueName: string) => sqs.send(new CreateQueueCommand({ QueueName }))
    expect((await create('marketplace-events')).QueueUrl).toBe(QueueUrl)
    expect((await create('a-name-of-my-own')).QueueUrl).toBe(QueueUrl)
    expect((await create('marketplace-events-dlq')).QueueUrl).toBe(`${QueueUrl}-dlq`)
    expect((await rejection(create('not a name'))).name).toMatch('InvalidParameterValue')
  })

  it('answers the Query protocol with a result element, also when no message is there', async () => {
    const { simulator } = await aQueue()
    const call = async (action: string, more = '') => {
      const body = `Action=${action}&Version=2012-11-05&QueueUrl=${encodeURIComponent(simulator.queueUrl)}${more}`
      const headers = { 'content-type': 'application/x-www-form-urlencoded', ...signedHeaders('sqs') }
      return (await fetch(simulator.url, { method: 'POST', headers, body })).text()
    }
    expect(await call('ReceiveMessage')).toContain('<ReceiveMessageResult></ReceiveMessageResult><ResponseMetadata>')
    expect(await call('CreateQueue', '&QueueName=marketplace-events')).toContain(
      `<CreateQueueResult><QueueUrl>${simulator.queueUrl}</QueueUrl></CreateQueueResult>`,
    )
    expect(await call('PurgeQueue')).not.toContain('PurgeQueueResult')
  })

  it('hands a message out once until its visibility runs out, and not again once it is deleted', async () => {
    const { sqs, simulator, QueueUrl, receive, put } = await aQueue()
    const sent = await put('Grüße & <more>')
    const [message] = (await receive()).Messages ?? []
    expect(message?.Body).toBe('Grüße & <more>')
    expect(message?.MessageId).toBe(sent.MessageId)
    expect(message?.MD5OfBody).toBe(createHash('md5').update('Grüße & <more>').digest('hex'))
    expect(message?.Attributes?.ApproximateReceiveCount).toBe('1')
    expect((await receive()).Messages).toBeUndefined()
    simulator.advanceClock(30_000)
    const [again] = (await receive()).Messages ?? []
    expect(again?.Attributes?.ApproximateReceiveCount).toBe('2')
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: again?.ReceiptHandle }))
    simulator.advanceClock(30_000)
    expect((await receive()).Messages).toBeUndefined()
  })

  it('shows a message at once when its visibility is changed to nothing, and later when it is prolonged', async () => {
    const { sqs, simulator, QueueUrl, receive, put } = await aQueue()
    await put('one')
    const [first] = (await receive()).Messages ?? []
    const change = (VisibilityTimeout: number, ReceiptHandle = first?.ReceiptHandle) =>
      sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }))
    await change(90)
    simulator.advanceClock(60_000)
    expect((await receive()).Messages).toBeUndefined()
    await change(0)
    expect((await receive()).Messages).toHaveLength(1)
  })

  it('buries a message in the dead-letter queue after five receives', async () => {
    const { sqs, simulator, receive, put } = await aQueue()
    await put('poison')
    for (let count = 1; count <= 5; count += 1) {
      const [message] = (await receive({ VisibilityTimeout: 0 })).Messages ?? []
      expect(message?.Attributes?.ApproximateReceiveCount).toBe(String(count))
    }
    expect((await receive()).Messages).toBeUndefined()
    const QueueUrl = `${simulator.url}/111122223333/marketplace-events-dlq`
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }))
    expect(Messages?.[0]?.Body).toBe('poison')
  })

  it('lets a long poll wait for a message, and answers it at once when one comes', async () => {
    const { receive, put } = await aQueue()
    const started = performance.now()
    const polled = receive({ WaitTimeSeconds: 10 })
    setTimeout(() => void put('late'), 200)
    expect((await polled).Messages?.[0]?.Body).toBe('late')
    expect(performance.now() - started).toBeLessThan(2000)
    const empty = performance.now()
    expect((await receive({ WaitTimeSeconds: 1, VisibilityTimeout: 0 })).Messages).toBeUndefined()
    expect(performance.now() - empty).toBeGreaterThan(950)
  })

  it('takes nothing for a poll whose caller has left', async () => {
    const { sqs, QueueUrl, receive, put } = await aQueue()
    const leaving = new AbortController()
    const polled = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10 }), {
      abortSignal: leaving.signal,
    })
    setTimeout(() => {
      leaving.abort()
    }, 100)
    expect((await rejection(polled)).name).toBe('AbortError')
    await new Promise((resolve) => setTimeout(resolve, 100))
    await put('one')
    expect((await receive()).Messages).toHaveLength(1)
  })

  it('deletes in batches, and says which entry it could not', async () => {
    const { sqs, QueueUrl, receive, put } = await aQueue()
    await put('one')
    const [message] = (await receive()).Messages ?? []
    const Entries = [
      { Id: 'a', ReceiptHandle: message?.ReceiptHandle },
      { Id: 'b', ReceiptHandle: 'nonsense' },
    ]
    const { Successful, Failed } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
    expect(Successful).toEqual([{ Id: 'a' }])
    expect(Failed).toMatchObject([{ Id: 'b', Code: 'ReceiptHandleIsInvalid', SenderFault: true }])
  })

  it.each([
    ['an unknown queue', 'QueueDoesNotExist', { QueueUrl: 'http://127.0.0.1/111122223333/other' }],
    ['too many messages', 'InvalidParameterValue', { MaxNumberOfMessages: 11 }],
    ['too long a wait', 'InvalidParameterValue', { WaitTimeSeconds: 21 }],
  ])('refuses %s with %s', async (_, name, more) => {
    const { sqs, QueueUrl, simulator } = await aQueue()
    const url = 'QueueUrl' in more ? more.QueueUrl.replace('http://127.0.0.1', simulator.url) : QueueUrl
    const error = await rejection(sqs.send(new ReceiveMessageCommand({ ...more, QueueUrl: url })))
    expect(error.name).toMatch(new RegExp(name))
    expect(error['$metadata']).toMatchObject({
      httpStatusCode: 400,
      requestId: expect.stringMatching(requestId) as never,
    })
  })

  it('refuses a receipt that is none', async () => {
    const { sqs, QueueUrl } = await aQueue()
    const error = await rejection(sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'x' })))
    expect(error.name).toBe('ReceiptHandleIsInvalid')
  })
})
