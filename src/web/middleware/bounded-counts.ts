import type { IncrementResponse, Store } from 'express-rate-limit'

type Bounds = { readonly windowMs: number; readonly maxKeys: number }

/** Counts for a rate limit, for at most `maxKeys` clients, so that made-up addresses cannot fill the memory. */
export function boundedCounts({ windowMs, maxKeys }: Bounds, now: () => number = Date.now): Store {
  // In the order in which their windows began, oldest first.
  const counts = new Map<string, IncrementResponse & { readonly resetTime: Date }>()
  const isOver = ({ resetTime }: { readonly resetTime: Date }) => resetTime.getTime() <= now()

  const makeRoom = () => {
    const [oldest] = counts.keys()
    if (counts.size >= maxKeys && oldest !== undefined) counts.delete(oldest)
  }

  return {
    localKeys: true,
    increment: (key) => {
      const known = counts.get(key)
      if (known !== undefined && !isOver(known)) {
        known.totalHits += 1
        return known
      }
      counts.delete(key)
      makeRoom()
      const first = { totalHits: 1, resetTime: new Date(now() + windowMs) }
      counts.set(key, first)
      return first
    },
    decrement: () => undefined,
    resetKey: (key) => {
      counts.delete(key)
    },
  }
}
