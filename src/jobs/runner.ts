import { setTimeout as pause } from 'node:timers/promises'

/** Background work that is repeated. */
export type Job = {
  readonly name: string
  /** The time from the end of a run to the start of the next. */
  readonly pauseMs: number
  /** One run. The signal aborts when the service stops: a run then finishes its current work and starts nothing new. */
  readonly run: (signal: AbortSignal) => Promise<unknown>
  /** When the service stops, waits for work that runs have left in the background. */
  readonly finish?: () => Promise<unknown>
}

type RunningJob = {
  /** Starts no more runs. Resolves when the last run has ended. */
  readonly stop: () => Promise<void>
}

const longestRetryMs = 15_000

/**
 * Runs the job at once and then repeatedly, never twice at the same time. A failed run is reported and repeated after 1, 2, 4, …
 * seconds, up to 15 seconds or the job's own pause, whichever is longer.
 */
export function startJob(job: Job, onFailure: (job: string, error: unknown) => void): RunningJob {
  const { name, pauseMs, run } = job
  const stopping = new AbortController()
  const { signal } = stopping
  const running = repeat()

  async function repeat(): Promise<void> {
    let failures = 0
    while (!signal.aborted) {
      try {
        await run(signal)
        failures = 0
      } catch (error) {
        failures += 1
        onFailure(name, error)
      }
      const retryMs = Math.min(1000 * 2 ** (failures - 1), Math.max(longestRetryMs, pauseMs))
      await pause(failures === 0 ? pauseMs : retryMs, undefined, { signal }).catch(() => undefined)
    }
  }

  return {
    stop: async () => {
      stopping.abort()
      await running
      await job.finish?.()
    },
  }
}

/** Starts several jobs; `stop` stops all of them at the same time. */
export function startJobs(jobs: readonly Job[], onFailure: (job: string, error: unknown) => void): RunningJob {
  const running = jobs.map((job) => startJob(job, onFailure))
  return {
    stop: async () => {
      await Promise.all(running.map(({ stop }) => stop()))
    },
  }
}
