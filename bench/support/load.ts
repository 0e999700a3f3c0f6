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
export function startLoad(perSecond: number, visit: () => Promise<unknown>): Load {
  const underWay = new Set<Promise<unknown>>()
  const failures: unknown[] = []
  const startedAt = performance.now()
  let stoppedAt: number | null = null
  let begun = 0
  let missed = 0
  const seconds = () => ((stoppedAt ?? performance.now()) - startedAt) / 1000
  const timer = setInterval(() => {
    const due = Math.floor(seconds() * perSecond)
    for (; begun + missed < due && underWay.size < mostUnderWay; begun += 1) {
      const under = visit()
        .catch((error: unknown) => failures.push(error))
        .finally(() => underWay.delete(under))
      underWay.add(under)
    }
    missed = due - begun
  }, 5)
  return {
    begun: () => begun,
    held: () => (begun / seconds()).toFixed(0),
    stop: async () => {
      clearInterval(timer)
      stoppedAt = performance.now()
      await Promise.all(underWay)
      if (failures.length > 0) throw new Error('a visit could not be made', { cause: failures[0] })
    },
  }
}
