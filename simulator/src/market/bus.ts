import type { Clock } from '../clock.ts'
import type { EventBody } from './event-bodies.ts'
import type { Purchase } from './purchase.ts'

/** How events are sent. */
export type Sending = {
  /** The number of times that each event is sent, with the same id. */
  readonly times?: number | undefined
  readonly delayMs?: number | undefined
  /** Changes the order. */
  readonly shuffle?: boolean | undefined
  readonly lost?: boolean | undefined
}

export type Bus = {
  readonly send: (events: readonly EventBody[], purchase: Purchase, sending: Sending) => void
}

/** Receives an event like the target of an EventBridge rule. */
export type Target = (body: string) => void

/** The seller account's event bus, with one rule that matches every event of AWS Marketplace. */
export function createBus(clock: Clock, targets: readonly Target[]): Bus {
  return {
    send: (events, purchase, { times = 1, delayMs = 0, shuffle = false, lost = purchase.options.lost }) => {
      if (lost) return
      const repeated = events.flatMap((event) => Array<EventBody>(times).fill(event))
      const bodies = (shuffle ? shuffled(repeated) : repeated).map((event) => JSON.stringify(event))
      const send = () => {
        for (const body of bodies) for (const target of targets) target(body)
      }
      if (delayMs === 0) send()
      else clock.after(delayMs, send)
    },
  }
}

/** A different order, unless all events are the same. */
function shuffled(events: readonly EventBody[]): readonly EventBody[] {
  if (new Set(events).size < 2) return events
  for (;;) {
    const drawn = events.map((event) => ({ event, draw: Math.random() })).sort((a, b) => a.draw - b.draw)
    const order = drawn.map(({ event }) => event)
    if (order.some((event, place) => event !== events[place])) return order
  }
}
