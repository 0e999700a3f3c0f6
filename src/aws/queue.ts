import { DeleteMessageCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { z } from 'zod'
import type { EventsQueue } from '../domain/events-queue.ts'
import { call } from './call.ts'
import type { Role } from './credentials.ts'
import { jobClient } from './job-client.ts'
import { regionOf } from './queue-url.ts'
import { createRetries } from './retries.ts'

type QueueOptions = {
  /** A role in the seller account, which must own the queue. */
  readonly role: Role | null
  /** The limit for each call, in milliseconds. For a long poll, this is added to its wait. */
  readonly deadlineMs?: number
}

type QueueAttributes = {
  /** AWS returns approximate numbers of messages. */
  readonly waiting: number
  readonly inFlight: number
  /** True if messages that were received too often are moved to a dead-letter queue. */
  readonly hasDeadLetters: boolean
}

const pollSeconds = 20
const batch = 10
/** In bytes: ten messages of 1 MiB as escaped JSON. Events of AWS Marketplace have about 1,000 bytes. */
const longestAnswer = 16 * 1024 * 1024

const received = z.object({
  Messages: z.array(z.object({ Body: z.string(), ReceiptHandle: z.string() })).nullish(),
})
const attributesAnswer = z.object({
  Attributes: z.object({
    ApproximateNumberOfMessages: z.coerce.number(),
    ApproximateNumberOfMessagesNotVisible: z.coerce.number(),
    RedrivePolicy: z.string().nullish(),
  }),
})

/** The queue of AWS Marketplace events. Every method rejects with an `AppError`. */
export function createEventsQueue(
  queueUrl: string,
  { role, deadlineMs = 10_000 }: QueueOptions,
): EventsQueue & { readonly attributes: () => Promise<QueueAttributes> } {
  const pollMs = pollSeconds * 1000 + deadlineMs
  const client: SQSClient = new SQSClient({
    ...jobClient({ region: regionOf(queueUrl), role, maxSockets: batch + 2, waitMs: pollMs, longestAnswer }),
    // Otherwise the SDK uses the queue's host even if AWS_ENDPOINT_URL_SQS or AWS_ENDPOINT_URL is set.
    useQueueUrlAsEndpoint: false,
    endpointProvider: ({ Endpoint }) => ({ url: new URL(Endpoint ?? new URL(queueUrl).origin) }),
    retryStrategy: createRetries(() => client.config.maxAttempts()),
  })
  const queue = { QueueUrl: queueUrl }
  return {
    receive: async (signal) => {
      const poll = new ReceiveMessageCommand({ ...queue, MaxNumberOfMessages: batch, WaitTimeSeconds: pollSeconds })
      try {
        const { Messages } = await call(
          { action: 'sqs:ReceiveMessage', deadlineMs: pollMs, answer: received, stop: signal },
          (options) => client.send(poll, options),
        )
        return (Messages ?? []).map(({ Body, ReceiptHandle }) => ({ body: Body, receiptHandle: ReceiptHandle }))
      } catch (error) {
        if (signal.aborted) return []
        throw error
      }
    },
    remove: async ({ receiptHandle }) => {
      const command = new DeleteMessageCommand({ ...queue, ReceiptHandle: receiptHandle })
      await call({ action: 'sqs:DeleteMessage', deadlineMs, answer: z.unknown() }, (options) =>
        client.send(command, options),
      )
    },
    attributes: async () => {
      const { Attributes } = await call(
        { action: 'sqs:GetQueueAttributes', deadlineMs, answer: attributesAnswer },
        (options) =>
          client.send(
            new GetQueueAttributesCommand({
              ...queue,
              AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'RedrivePolicy'],
            }),
            options,
          ),
      )
      return {
        waiting: Attributes.ApproximateNumberOfMessages,
        inFlight: Attributes.ApproximateNumberOfMessagesNotVisible,
        hasDeadLetters: Boolean(Attributes.RedrivePolicy),
      }
    },
  }
}
