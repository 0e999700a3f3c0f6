import {
  nextPauseMs,
  type Attempt,
  type Delivery,
  type DeliveryAttempt,
  type Outbox,
  type Receiver,
  type Send,
} from '../domain/delivery.ts'
import type { Job } from './runner.ts'

type DeliverDeps = {
  readonly receiver: Receiver
  readonly outbox: Outbox
  readonly send: Send
  /** Pauses between attempts, in milliseconds. After the last attempt a delivery is dead. */
  readonly schedule: readonly number[]
  /** Returns a number from 0 to 1. */
  readonly random: () => number
  /** Called after the result of an attempt is stored. */
  readonly onAttempt: (delivery: Delivery, attempt: DeliveryAttempt) => void
}

/** Several at once, so that a slow response does not delay others; limited, so that a hanging receiver uses few connections. */
const mostAtOnce = 20

/** Sends the due deliveries of one receiver. Polls every second. */
export function deliverJob({ receiver, outbox, send, schedule, random, onAttempt }: DeliverDeps): Job {
  const sending = new Set<Promise<void>>()

  async function run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const claimed = await outbox.claim(receiver, mostAtOnce - sending.size)
      if (claimed.length === 0) return
      for (const delivery of claimed) start(delivery)
      if (sending.size === mostAtOnce) await Promise.race(sending)
    }
  }

  function start(delivery: Delivery): void {
    // If the result cannot be stored, the delivery is claimed again after its lease expires.
    const sent = deliver(delivery).catch(() => undefined)
    sending.add(sent)
    void sent.then(() => sending.delete(sent))
  }

  async function deliver(delivery: Delivery): Promise<void> {
    const attempt = resultOf(delivery, await send(delivery))
    if (attempt.outcome === 'sent') await outbox.markSent(delivery)
    else if (attempt.outcome === 'dead') await outbox.markDead(delivery, attempt.reason)
    else await outbox.markFailed(delivery, attempt.reason, attempt.pauseMs)
    onAttempt(delivery, attempt)
  }

  function resultOf({ attempts }: Delivery, attempt: Attempt): DeliveryAttempt {
    if (attempt.outcome === 'sent') return attempt
    const { reason } = attempt
    if (attempt.outcome === 'refused') return { outcome: 'dead', reason }
    const pauseMs = nextPauseMs(schedule, attempts, { retryAfterMs: attempt.retryAfterMs, random: random() })
    return pauseMs === null ? { outcome: 'dead', reason } : { outcome: 'failed', reason, pauseMs }
  }

  return { name: `deliver-${receiver}`, pauseMs: 1_000, run, finish: () => Promise.all(sending) }
}
