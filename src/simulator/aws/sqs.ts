import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import { sellerAccount } from '../market/purchase.ts'
import { AwsError, frontEnd } from './aws-error.ts'
import { type Input, numberIn, objectsIn, textIn, textsIn } from './input.ts'
import { type Message, maxReceives, type Queue } from './queue.ts'
import { regions } from './regions.ts'
import type { Call, Service } from './service.ts'

const maxBodyBytes = 1_048_576
/** How soon a long poll sees a message whose visibility timeout has run out. */
const lookEveryMs = 100

/** SQS, as far as consumers of a queue call it. */
export function createSqs(queues: readonly Queue[], clock: Clock): Service {
  function queueOf(input: Input): Queue {
    const url = textIn(input, 'QueueUrl')
    if (url === null) throw missing('QueueUrl')
    return byName(/\/\d{12}\/([^/]+)$/.exec(url)?.[1] ?? url)
  }

  function byName(name: string): Queue {
    const queue = queues.find((other) => other.name === name)
    if (queue !== undefined) return queue
    throw new AwsError({
      name: 'QueueDoesNotExist',
      queryCode: 'AWS.SimpleQueueService.NonExistentQueue',
      message: 'The specified queue does not exist.',
    })
  }

  async function receive(input: Input, { gone }: Call): Promise<object> {
    const queue = queueOf(input)
    const most = bounded(input, 'MaxNumberOfMessages', 1, 10) ?? 1
    const hiddenMs = (bounded(input, 'VisibilityTimeout', 0, 43_200) ?? queue.visibilityMs / 1000) * 1000
    const waitMs = (bounded(input, 'WaitTimeSeconds', 0, 20) ?? 0) * 1000
    const until = performance.now() + waitMs
    let messages = queue.receive(most, hiddenMs)
    while (messages.length === 0 && performance.now() < until) {
      await nextChance(queue, Math.min(lookEveryMs, until - performance.now()))
      // Nothing is taken for a caller who has left.
      if (gone.aborted) break
      messages = queue.receive(most, hiddenMs)
    }
    const wanted = [
      ...(textsIn(input, 'AttributeNames') ?? []),
      ...(textsIn(input, 'MessageSystemAttributeNames') ?? []),
    ]
    return messages.length === 0 ? {} : { Messages: messages.map((message) => received(message, wanted)) }
  }

  function inFlight(queue: Queue, receipt: string | null): Message | undefined {
    if (receipt === null) throw missing('ReceiptHandle')
    const id = Buffer.from(receipt, 'base64').toString().split(' ')[0] ?? ''
    if (!/^[0-9a-f-]{36}$/.test(id)) {
      const message = `The input receipt handle "${receipt}" is not a valid receipt handle.`
      throw new AwsError({ name: 'ReceiptHandleIsInvalid', message })
    }
    return queue.find(id)
  }

  function remove(queue: Queue, receipt: string | null): void {
    const message = inFlight(queue, receipt)
    if (message !== undefined) queue.remove(message.id)
  }

  function hide(queue: Queue, input: Input): void {
    const seconds = bounded(input, 'VisibilityTimeout', 0, 43_200)
    if (seconds === null) throw missing('VisibilityTimeout')
    const message = inFlight(queue, textIn(input, 'ReceiptHandle'))
    if (message === undefined || message.visibleAt <= clock.now()) throw notInFlight()
    message.visibleAt = clock.now() + seconds * 1000
  }

  function batch(input: Input, one: (queue: Queue, entry: Input) => object): object {
    const queue = queueOf(input)
    const entries = objectsIn(input, 'Entries') ?? []
    if (entries.length === 0 || entries.length > 10) throw badBatch(entries.length)
    const successful: object[] = []
    const failed: object[] = []
    for (const entry of entries) {
      const Id = textIn(entry, 'Id')
      try {
        successful.push({ Id, ...one(queue, entry) })
      } catch (error) {
        if (!(error instanceof AwsError)) throw error
        failed.push({ Id, SenderFault: true, Code: error.queryCode, Message: error.message })
      }
    }
    return { Successful: successful, Failed: failed }
  }

  return {
    signingName: 'sqs',
    regions: regions.everywhere,
    namespace: 'com.amazonaws.sqs',
    queryCompatible: true,
    operations: {
      ReceiveMessage: receive,
      GetQueueUrl: (input, { origin }) => {
        const name = textIn(input, 'QueueName')
        if (name === null) throw missing('QueueName')
        return { QueueUrl: `${origin}/${sellerAccount}/${byName(name).name}` }
      },
      ListQueues: (_input, { origin }) => ({
        QueueUrls: queues.map(({ name }) => `${origin}/${sellerAccount}/${name}`),
      }),
      GetQueueAttributes: (input) => {
        const wanted = textsIn(input, 'AttributeNames') ?? []
        const all = attributesOf(queueOf(input), clock.now())
        const unknown = wanted.find((name) => name !== 'All' && !(name in all))
        if (unknown !== undefined) {
          throw new AwsError({ name: 'InvalidAttributeName', message: `Unknown Attribute ${unknown}.` })
        }
        const chosen = Object.entries(all).filter(([name]) => wanted.includes('All') || wanted.includes(name))
        return chosen.length === 0 ? {} : { Attributes: Object.fromEntries(chosen) }
      },
      SendMessage: (input) => sent(queueOf(input), input),
      SendMessageBatch: (input) => batch(input, sent),
      DeleteMessage: (input) => {
        remove(queueOf(input), textIn(input, 'ReceiptHandle'))
        return {}
      },
      DeleteMessageBatch: (input) =>
        batch(input, (queue, entry) => {
          remove(queue, textIn(entry, 'ReceiptHandle'))
          return {}
        }),
      ChangeMessageVisibility: (input) => {
        hide(queueOf(input), input)
        return {}
      },
      ChangeMessageVisibilityBatch: (input) =>
        batch(input, (queue, entry) => {
          hide(queue, entry)
          return {}
        }),
      PurgeQueue: (input) => {
        queueOf(input).clear()
        return {}
      },
    },
  }
}

function sent(queue: Queue, input: Input): object {
  const body = textIn(input, 'MessageBody')
  if (body === null) throw missing('MessageBody')
  if (body === '') throw invalid('Message body cannot be empty')
  if (Buffer.byteLength(body) > maxBodyBytes) {
    throw invalid(
      `One or more parameters are invalid. Reason: Message must be shorter than ${maxBodyBytes.toString()} bytes.`,
    )
  }
  if (input['MessageAttributes'] !== undefined && Object.keys(input['MessageAttributes'] ?? {}).length > 0) {
    const message = 'The simulator keeps no MessageAttributes; EventBridge sends none.'
    throw new AwsError({
      name: 'UnsupportedOperation',
      queryCode: 'AWS.SimpleQueueService.UnsupportedOperation',
      message,
    })
  }
  const { id, md5 } = queue.send(body, (bounded(input, 'DelaySeconds', 0, 900) ?? 0) * 1000)
  return { MessageId: id, MD5OfMessageBody: md5 }
}

function received({ id, body, md5, sentAt, firstReceivedAt, receives }: Message, wanted: readonly string[]): object {
  const all = {
    SenderId: 'AIDAIENQZJOLO23YVJ4VO',
    SentTimestamp: sentAt.toFixed(0),
    ApproximateReceiveCount: receives.toString(),
    ApproximateFirstReceiveTimestamp: (firstReceivedAt ?? sentAt).toFixed(0),
  }
  const chosen = Object.entries(all).filter(([name]) => wanted.includes('All') || wanted.includes(name))
  const receipt = Buffer.from(`${id} ${receives.toString()}`).toString('base64')
  return {
    MessageId: id,
    ReceiptHandle: receipt,
    MD5OfBody: md5,
    Body: body,
    ...(chosen.length > 0 && { Attributes: Object.fromEntries(chosen) }),
  }
}

function attributesOf(queue: Queue, now: number): Readonly<Record<string, string>> {
  const messages = queue.list()
  const hidden = messages.filter(({ visibleAt }) => visibleAt > now)
  const delayed = hidden.filter(({ receives }) => receives === 0)
  const arn = (name: string) => `arn:aws:sqs:us-east-1:${sellerAccount}:${name}`
  const redrive = queue.deadLetters && {
    deadLetterTargetArn: arn(queue.deadLetters.name),
    maxReceiveCount: maxReceives,
  }
  return {
    QueueArn: arn(queue.name),
    ApproximateNumberOfMessages: (messages.length - hidden.length).toString(),
    ApproximateNumberOfMessagesNotVisible: (hidden.length - delayed.length).toString(),
    ApproximateNumberOfMessagesDelayed: delayed.length.toString(),
    CreatedTimestamp: (queue.createdAt / 1000).toFixed(0),
    LastModifiedTimestamp: (queue.createdAt / 1000).toFixed(0),
    VisibilityTimeout: (queue.visibilityMs / 1000).toString(),
    MaximumMessageSize: maxBodyBytes.toString(),
    MessageRetentionPeriod: '345600',
    DelaySeconds: '0',
    ReceiveMessageWaitTimeSeconds: '0',
    SqsManagedSseEnabled: 'true',
    ...(redrive !== null && { RedrivePolicy: JSON.stringify(redrive) }),
  }
}

/** When a message is sent, or that much later. */
async function nextChance(queue: Queue, ms: number): Promise<void> {
  const arrival = new AbortController()
  const forget = queue.onSend(() => {
    arrival.abort()
  })
  await pause(ms, undefined, { signal: arrival.signal }).catch(() => undefined)
  forget()
}

function bounded(input: Input, key: string, least: number, most: number): number | null {
  const value = numberIn(input, key)
  if (value === null || (Number.isInteger(value) && value >= least && value <= most)) return value
  const range = `Must be between ${least.toString()} and ${most.toString()}, if provided.`
  throw invalid(`Value ${value.toString()} for parameter ${key} is invalid. Reason: ${range}`)
}

function invalid(message: string): AwsError {
  return new AwsError({
    name: 'InvalidParameterValueException',
    queryCode: 'InvalidParameterValue',
    message,
    namespace: frontEnd,
  })
}

function missing(key: string): AwsError {
  return new AwsError({
    name: 'MissingRequiredParameterException',
    queryCode: 'MissingParameter',
    message: `The request must contain the parameter ${key}.`,
    namespace: frontEnd,
  })
}

function notInFlight(): AwsError {
  return new AwsError({
    name: 'MessageNotInflight',
    queryCode: 'AWS.SimpleQueueService.MessageNotInflight',
    message: 'The message referred to is not in flight.',
  })
}

function badBatch(length: number): AwsError {
  return length === 0
    ? new AwsError({
        name: 'EmptyBatchRequest',
        queryCode: 'AWS.SimpleQueueService.EmptyBatchRequest',
        message: 'There should be at least one entry in the request.',
      })
    : new AwsError({
        name: 'TooManyEntriesInBatchRequest',
        queryCode: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
        message: `Maximum number of entries per request are 10. You have sent ${length.toString()}.`,
      })
}
