export type Load = {
  /** Starts no more runs. Resolves when the current ones have ended. */
  readonly stop: () => Promise<void>
  /** The number of runs that were started. */
  readonly begun: () => number
  /** Runs started per second, until the load was stopped. */
  readonly held: () => string
}

/** The limit of concurrent runs, so that waiting buyers do not overload the machine during an outage. */
const maxRunning = 300

/** Starts `run` at this rate, whether or not earlier runs have ended. */
export function startLoad(perSecond: number, run: () => Promise<unknown>): Load {
  const running = new Set<Promise<unknown>>()
  const failures: unknown[] = []
  const startedAt = performance.now()
  let stoppedAt: number | null = null
  let begun = 0
  let missed = 0
  const seconds = () => ((stoppedAt ?? performance.now()) - startedAt) / 1000
  const timer = setInterval(() => {
    const due = Math.floor(seconds() * perSecond)
    for (; begun + missed < due && running.size < maxRunning; begun += 1) {
      const current = run()
        .catch((error: unknown) => failures.push(error))
        .finally(() => running.delete(current))
      running.add(current)
    }
    missed = due - begun
  }, 5)
  return {
    begun: () => begun,
    held: () => (begun / seconds()).toFixed(0),
    stop: async () => {
      clearInterval(timer)
      stoppedAt = performance.now()
      await Promise.all(running)
      if (failures.length > 0) throw new Error('a run failed', { cause: failures[0] })
    },
  }
}
