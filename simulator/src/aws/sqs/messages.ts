import { sellerAccount } from '../../market/purchase-options.ts'
import { AwsError } from '../aws-error.ts'
import { type Input, textIn } from '../wire/input.ts'
import { type Message, maxReceives, type Queue } from './queue.ts'
import { bounded, invalid, missing } from './errors.ts'

const maxBodyBytes = 1_048_576

export function sent(queue: Queue, input: Input): object {
  const body = textIn(input, 'MessageBody')
  if (body === null) throw missing('MessageBody')
  if (body === '') throw invalid('Message body cannot be empty')
  if (Buffer.byteLength(body) > maxBodyBytes) {
    throw invalid(
      `One or more parameters are invalid. Reason: Message must be shorter than ${maxBodyBytes.toString()} bytes.`,
    )
  }
  if (input['MessageAttributes'] !== undefined && Object.keys(input['MessageAttributes'] ?? {}).length > 0) {
    const message = 'The simulator does not keep MessageAttributes.'
    throw new AwsError({
      name: 'UnsupportedOperation',
      queryCode: 'AWS.SimpleQueueService.UnsupportedOperation',
      message,
    })
  }
  const { id, md5 } = queue.send(body, (bounded(input, 'DelaySeconds', 0, 900) ?? 0) * 1000)
  return { MessageId: id, MD5OfMessageBody: md5 }
}

export function received(
  { id, body, md5, sentAt, firstReceivedAt, receives }: Message,
  wanted: readonly string[],
): object {
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

export function attributesOf(queue: Queue, now: number): Readonly<Record<string, string>> {
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
