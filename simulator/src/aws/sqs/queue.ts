import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '../../clock.ts'

export type Message = {
  readonly id: string
  readonly body: string
  readonly md5: string
  readonly sentAt: number
  visibleAt: number
  firstReceivedAt: number | null
  receives: number
}

export type Queue = {
  readonly name: string
  readonly visibilityMs: number
  readonly deadLetters: Queue | null
  readonly createdAt: number
  readonly send: (body: string, delayMs?: number) => Message
  readonly add: (message: Message) => void
  readonly receive: (most: number, visibilityMs: number) => readonly Message[]
  readonly find: (id: string) => Message | undefined
  readonly remove: (id: string) => void
  readonly clear: () => void
  readonly list: () => readonly Message[]
  /** Calls `run` once when a message is sent. The returned function cancels that. */
  readonly onSend: (run: () => void) => () => void
}

/** After this many receives, a message that was not deleted moves to the dead-letter queue. */
export const maxReceives = 5

// Limits the memory of a queue without a consumer.
const keep = 10_000

/** A standard SQS queue. Visibility timeouts use the simulator's clock. */
export function createQueue(name: string, clock: Clock, deadLetters: Queue | null): Queue {
  const messages = new Map<string, Message>()
  const oldestFirst = messages.keys()
  const listeners = new Set<() => void>()
  const visibilityMs = 30_000

  function add(message: Message): void {
    messages.set(message.id, message)
    const oldest = messages.size > keep ? oldestFirst.next() : null
    if (oldest !== null && !oldest.done) messages.delete(oldest.value)
    for (const listener of [...listeners]) listener()
    listeners.clear()
  }

  function moveToDeadLetters(message: Message): void {
    messages.delete(message.id)
    deadLetters?.add({ ...message, visibleAt: clock.now(), receives: 0, firstReceivedAt: null })
  }

  return {
    name,
    visibilityMs,
    deadLetters,
    createdAt: clock.now(),
    add,
    send: (body, delayMs = 0) => {
      const now = clock.now()
      const md5 = createHash('md5').update(body).digest('hex')
      const sent = {
        id: randomUUID(),
        body,
        md5,
        sentAt: now,
        visibleAt: now + delayMs,
        firstReceivedAt: null,
        receives: 0,
      }
      add(sent)
      return sent
    },
    receive: (most, hiddenMs) => {
      const now = clock.now()
      const received: Message[] = []
      for (const message of [...messages.values()]) {
        if (received.length === most) break
        if (message.visibleAt > now) continue
        if (deadLetters !== null && message.receives >= maxReceives) {
          moveToDeadLetters(message)
          continue
        }
        message.receives += 1
        message.firstReceivedAt ??= now
        message.visibleAt = now + hiddenMs
        received.push(message)
      }
      return received
    },
    find: (id) => messages.get(id),
    remove: (id) => void messages.delete(id),
    clear: () => {
      messages.clear()
    },
    list: () => [...messages.values()],
    onSend: (run) => {
      listeners.add(run)
      return () => void listeners.delete(run)
    },
  }
}

/** Waits until a message is sent, at most this long. */
export async function waitForMessage(queue: Queue, ms: number): Promise<void> {
  const arrival = new AbortController()
  const cancel = queue.onSend(() => {
    arrival.abort()
  })
  await pause(ms, undefined, { signal: arrival.signal }).catch(() => undefined)
  cancel()
}
