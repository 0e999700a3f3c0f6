import type { Clock } from '../clock.ts'
import type { Envelope } from './envelopes.ts'
import type { Purchase } from './purchase.ts'

/** How the events of one move travel. */
export type Sending = {
  /** Each event arrives this often, with the same id. */
  readonly times?: number | undefined
  readonly delayMs?: number | undefined
  /** In another order than they happened. */
  readonly shuffle?: boolean | undefined
  readonly lost?: boolean | undefined
}

export type Bus = {
  readonly send: (events: readonly Envelope[], purchase: Purchase, sending: Sending) => void
}

/** Takes what EventBridge would hand to a target. */
export type Target = (body: string) => void

/** The seller account's event bus, with a rule that matches every event of AWS Marketplace. */
export function createBus(clock: Clock, targets: readonly Target[]): Bus {
  return {
    send: (events, purchase, { times = 1, delayMs = 0, shuffle = false, lost = purchase.options.lost }) => {
      if (lost) return
      const repeated = events.flatMap((event) => Array<Envelope>(times).fill(event))
      const bodies = (shuffle ? shuffled(repeated) : repeated).map((event) => JSON.stringify(event))
      const send = () => {
        for (const body of bodies) for (const target of targets) target(body)
      }
      if (delayMs === 0) send()
      else clock.after(delayMs, send)
    },
  }
}

/** Another order, wherever there is another. */
function shuffled(events: readonly Envelope[]): readonly Envelope[] {
  if (new Set(events).size < 2) return events
  for (;;) {
    const drawn = events.map((event) => ({ event, draw: Math.random() })).sort((a, b) => a.draw - b.draw)
    const order = drawn.map(({ event }) => event)
    if (order.some((event, place) => event !== events[place])) return order
  }
}
