import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import type { Simulator } from '../src/simulator.ts'
import { clientsOf, send } from './clients.ts'
import { aSimulator } from './support.ts'

type Event = {
  id: string
  'detail-type': string
  account: string
  time: string
  resources: string[]
  detail: Record<string, Record<string, string>>
}

/** Receives and deletes all messages of the queue, in order. */
export async function events(simulator: Simulator): Promise<readonly Event[]> {
  const { sqs } = clientsOf(simulator)
  const all: Event[] = []
  for (;;) {
    const receive = new ReceiveMessageCommand({ QueueUrl: simulator.queueUrl, MaxNumberOfMessages: 10 })
    const { Messages = [] } = await sqs.send(receive)
    if (Messages.length === 0) return all
    for (const { ReceiptHandle } of Messages) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl: simulator.queueUrl, ReceiptHandle }))
    }
    all.push(...Messages.map(({ Body }) => JSON.parse(Body ?? '') as Event))
  }
}

export const types = (list: readonly Event[]) => list.map((event) => event['detail-type'])

/** A simulator with one purchase, and a function that applies an event to it. */
export async function aPurchase(more: object = {}) {
  const simulator = await aSimulator({ productCode: 'ours', productId: 'prod-ours000000001' })
  const { body } = await send(simulator, '/tokens', { scenario: 'new-buyer', ...more })
  const issued = body as { token: string; purchase: string; customer: { awsAccountId: string; licenseArn: string } }
  const apply = async (event: string, how: object = {}) =>
    (await send(simulator, `/purchases/${issued.purchase}/events`, { event, ...how })) as {
      status: number
      body: {
        error: string
        purchase: { state: string }
        successor: { id: string; state: string } | null
        events: Event[]
      }
    }
  return { simulator, issued, apply }
}
