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
  it('the queue has a URL like at AWS, and GetQueueAttributes returns its settings', async () => {
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

  it('CreateQueue returns the queue of the events for any name', async () => {
    const { sqs, QueueUrl } = await aQueue()
    const create = (QueueName: string) => sqs.send(new CreateQueueCommand({ QueueName }))
    expect((await create('marketplace-events')).QueueUrl).toBe(QueueUrl)
    expect((await create('a-name-of-my-own')).QueueUrl).toBe(QueueUrl)
    expect((await create('marketplace-events-dlq')).QueueUrl).toBe(`${QueueUrl}-dlq`)
    expect((await rejection(create('not a name'))).name).toMatch('InvalidParameterValue')
  })

  it('the Query protocol has a result element even without a message', async () => {
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

  it('a message is received again after its visibility timeout, and not after it was deleted', async () => {
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

  it('ChangeMessageVisibility prolongs the timeout of a message, or ends it', async () => {
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

  it('a message moves to the dead-letter queue after five receives', async () => {
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

  it('a long poll waits for a message, and returns when one is sent', async () => {
    const { receive, put } = await aQueue()
    const polled = receive({ WaitTimeSeconds: 10 })
    setTimeout(() => void put('late'), 100)
    expect((await polled).Messages?.[0]?.Body).toBe('late')
    expect((await receive({ WaitTimeSeconds: 1 })).Messages).toBeUndefined()
  })

  it('a long poll whose caller has disconnected takes no message', async () => {
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

  it('DeleteMessageBatch returns the entries that it could not delete', async () => {
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
    ['a wait that is too long', 'InvalidParameterValue', { WaitTimeSeconds: 21 }],
  ])('ReceiveMessage refuses %s with %s', async (_, name, more) => {
    const { sqs, QueueUrl, simulator } = await aQueue()
    const url = 'QueueUrl' in more ? more.QueueUrl.replace('http://127.0.0.1', simulator.url) : QueueUrl
    const error = await rejection(sqs.send(new ReceiveMessageCommand({ ...more, QueueUrl: url })))
    expect(error.name).toMatch(new RegExp(name))
    expect(error['$metadata']).toMatchObject({
      httpStatusCode: 400,
      requestId: expect.stringMatching(requestId) as never,
    })
  })

  it('DeleteMessage rejects an invalid receipt', async () => {
    const { sqs, QueueUrl } = await aQueue()
    const error = await rejection(sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'x' })))
    expect(error.name).toBe('ReceiptHandleIsInvalid')
  })
})
