import { parseAwsEvent } from '../domain/aws-event.ts'
import type { Consumed, Seen } from '../domain/consumed.ts'
import type { EventsQueue, QueueMessage } from '../domain/events-queue.ts'
import type { Subscriptions } from '../domain/subscriptions.ts'
import type { CheckStore } from '../domain/unit-of-work.ts'
import { asAppError } from '../errors.ts'
import type { Job } from './runner.ts'

type ConsumeDeps = {
  readonly queue: EventsQueue
  readonly subscriptions: Pick<Subscriptions, 'receive'>
  readonly checkStore: CheckStore
  readonly onPoll: () => void
  readonly onConsumed: (seen: Seen, consumed: Consumed) => void
}

/** Receives AWS Marketplace events. Each one is stored and applied in one transaction and then deleted from the queue. */
export function consumeJob({ queue, subscriptions, checkStore, onPoll, onConsumed }: ConsumeDeps): Job {
  return {
    name: 'consume',
    pauseMs: 0,
    run: async (signal) => {
      // Each receive counts toward the dead-letter queue, so receive nothing while the database is unavailable.
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
      if (received.outcome !== 'other-account') await queue.remove(message)
      onConsumed(event, received)
    } catch (error) {
      onConsumed(event, { outcome: 'failed', error })
      // Continue after an event that cannot be stored, but stop while the database is unavailable.
      if (asAppError(error).code !== 'internal') throw error
    }
  }
}
