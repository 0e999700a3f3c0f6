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

export type DeliverDeps = {
  readonly receiver: Receiver
  readonly outbox: Outbox
  readonly send: Send
  /** Pauses between attempts, in milliseconds. After the last one a delivery is dead. */
  readonly schedule: readonly number[]
  /** From 0 to 1. */
  readonly random: () => number
  /** Called after each attempt, when its result is stored. */
  readonly onAttempt: (delivery: Delivery, attempt: DeliveryAttempt) => void
}

/** Several at once, so that one slow answer does not delay the others; bounded, so that a receiver that hangs holds few connections. */
const mostAtOnce = 20

/** Sends the deliveries that are due to one receiver. Looks for new ones every second. */
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
    // When the result cannot be stored, the delivery is claimed again after its lease has expired.
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
