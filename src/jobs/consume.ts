import { parseAwsEvent } from '../domain/aws-event.ts'
import type { Consumed, Seen } from '../domain/consumed.ts'
import type { CheckStore } from '../domain/unit-of-work.ts'
import type { EventsQueue, QueueMessage } from '../domain/subscription-ports.ts'
import type { Subscriptions } from '../domain/subscriptions.ts'
import { asAppError } from '../errors.ts'
import type { Job } from './runner.ts'

export type ConsumeDeps = {
  readonly queue: EventsQueue
  readonly subscriptions: Pick<Subscriptions, 'receive'>
  readonly checkStore: CheckStore
  readonly onPoll: () => void
  readonly onConsumed: (seen: Seen, consumed: Consumed) => void
}

/** Reads AWS Marketplace's events: each is stored with what follows from it in one transaction, and then removed from the queue. */
export function consumeJob({ queue, subscriptions, checkStore, onPoll, onConsumed }: ConsumeDeps): Job {
  return {
    name: 'consume',
    pauseMs: 0,
    run: async (signal) => {
      // A message that is taken while nothing can be stored comes closer to the dead-letter queue for nothing.
      await checkStore()
      const messages = await queue.receive(signal)
      onPoll()
      for (const message of messages) {
        if (signal.aborted) return
        await consume(message)
      }
    },
  }

  async function consume(message: QueueMessage): Promise<void> {
    const event = parseAwsEvent(message.body)
    if (event === null) {
      onConsumed({ id: null, detailType: null, time: null }, { outcome: 'unreadable' })
      return
    }
    try {
      const received = await subscriptions.receive(event)
      if (received.outcome !== 'foreign') await queue.remove(message)
      onConsumed(event, received)
    } catch (error) {
      onConsumed(event, { outcome: 'failed', error })
      // One event that cannot be stored must not hold up the others; a database that is away is waited for.
      if (asAppError(error).code !== 'internal') throw error
    }
  }
}
