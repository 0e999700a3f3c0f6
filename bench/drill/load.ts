import { setTimeout as pause } from 'node:timers/promises'

export type Load = {
  /** No more arrive; resolves when all who are there have finished. */
  readonly stop: () => Promise<void>
  /** Visits begun. */
  readonly begun: () => number
  /** Visits begun a second, until it was stopped. */
  readonly held: () => string
}

/** More are not let in: those who wait out a fault would otherwise become a fault of their own. */
const mostUnderWay = 300

/** Begins a visit `perSecond` times a second, whether or not earlier ones have ended: buyers do not wait for each other. */
export function startLoad(perSecond: number, visit: () => Promise<void>): Load {
  const underWay = new Set<Promise<void>>()
  const startedAt = performance.now()
  let begun = 0
  let missed = 0
  let stoppedAt: number | null = null
  let failure: unknown = null
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * perSecond)
    for (; begun + missed < due; begun += 1) {
      if (underWay.size >= mostUnderWay) {
        missed = due - begun
        return
      }
      const under = visit()
        .catch((error: unknown) => {
          failure ??= error
        })
        .finally(() => underWay.delete(under))
      underWay.add(under)
    }
  }, 10)
  return {
    begun: () => begun,
    held: () => (begun / (((stoppedAt ?? performance.now()) - startedAt) / 1000)).toFixed(0),
    stop: async () => {
      clearInterval(timer)
      stoppedAt = performance.now()
      while (underWay.size > 0) await Promise.race([Promise.all(underWay), pause(1_000)])
      if (failure !== null) throw new Error('a visit could not be made', { cause: failure })
    },
  }
}
