import {
  nextPauseMs,
  type Attempt,
  type Delivery,
  type DeliveryAttempt,
  type Receiver,
  type Send,
} from '../domain/delivery.ts'
import type { Outbox } from '../domain/delivery.ts'
import type { Job } from './runner.ts'

export type DeliverDeps = {
  readonly receiver: Receiver
  readonly outbox: Outbox
  readonly send: Send
  /** Pauses between attempts, in milliseconds. After the last one a delivery is dead. */
  readonly schedule: readonly number[]
  /** From 0 to 1. */
  readonly random: () => number
  /** Hears of each attempt, after it is stored. */
  readonly onAttempt: (delivery: Delivery, attempt: DeliveryAttempt) => void
}

/** One slow answer must not hold up the others, and a receiver that hangs must not hold many connections. */
const mostAtOnce = 20

/** Sends all that is due to one receiver, several at once. Woken by whoever writes, it looks by itself every second. */
export function deliverJob({ receiver, outbox, send, schedule, random, onAttempt }: DeliverDeps): Job {
  const sending = new Set<Promise<void>>()

  async function run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const claimed = await outbox.claim(receiver, mostAtOnce - sending.size)
      if (claimed.length === 0) return
      for (const delivery of claimed) begin(delivery)
      if (sending.size === mostAtOnce) await Promise.race(sending)
    }
  }

  function begin(delivery: Delivery): void {
    // A result that cannot be stored is found again when the lease has run out.
    const sent = deliver(delivery).catch(() => undefined)
    sending.add(sent)
    void sent.then(() => sending.delete(sent))
  }

  async function deliver(delivery: Delivery): Promise<void> {
    const attempt = judged(delivery, await send(delivery))
    if (attempt.outcome === 'sent') await outbox.markSent(delivery)
    else if (attempt.outcome === 'dead') await outbox.markDead(delivery, attempt.reason)
    else await outbox.markFailed(delivery, attempt.reason, attempt.pauseMs)
    onAttempt(delivery, attempt)
  }

  function judged({ attempts }: Delivery, attempt: Attempt): DeliveryAttempt {
    if (attempt.outcome === 'sent') return attempt
    const { reason } = attempt
    if (attempt.outcome === 'refused') return { outcome: 'dead', reason }
    const pauseMs = nextPauseMs(schedule, attempts, { retryAfterMs: attempt.retryAfterMs, random: random() })
    return pauseMs === null ? { outcome: 'dead', reason } : { outcome: 'failed', reason, pauseMs }
  }

  return { name: `deliver-${receiver}`, pauseMs: 1_000, isWoken: true, run, finish: () => Promise.all(sending) }
}
