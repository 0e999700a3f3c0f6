import type { Clock } from '../../clock.ts'
import { sellerAccount } from '../../market/purchase-options.ts'
import { AwsError } from '../aws-error.ts'
import { type Input, objectsIn, textIn, textsIn } from '../wire/input.ts'
import { type Message, type Queue, waitForMessage } from './queue.ts'
import { regions } from '../regions.ts'
import type { Call, Service } from '../service.ts'
import { badBatch, bounded, invalid, missing, notInFlight } from './errors.ts'
import { attributesOf, received, sent } from './messages.ts'

/** How often a long poll looks for messages whose visibility timeout has passed. */
const pollMs = 100

/** SQS, for consumers of a queue. The first queue gets the events. */
export function createSqs(queues: readonly [Queue, ...Queue[]], clock: Clock): Service {
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
      await waitForMessage(queue, Math.min(pollMs, until - performance.now()))
      // A disconnected caller must not take messages.
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
      // Accepts any name, but returns the only queue with events.
      CreateQueue: (input, { origin }) => {
        const name = textIn(input, 'QueueName')
        if (name === null) throw missing('QueueName')
        if (!/^[\w-]{1,80}$/.test(name)) {
          throw invalid('Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length')
        }
        const queue = queues.find((other) => other.name === name) ?? queues[0]
        return { QueueUrl: `${origin}/${sellerAccount}/${queue.name}` }
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
