import { setTimeout as pause } from 'node:timers/promises'

/** Work that goes on beside the requests. */
export type Job = {
  readonly name: string
  /** How long after one run the next one begins. */
  readonly pauseMs: number
  /** Work may come at any moment: `wake` ends its pause. */
  readonly isWoken?: true
  /** One run. The signal aborts when the service stops: finish what is begun, begin nothing new. */
  readonly run: (signal: AbortSignal) => Promise<unknown>
  /** Waits, at the stop, for what a run has begun and left to itself. */
  readonly finish?: () => Promise<unknown>
}

export type RunningJob = {
  /** Ends the pause. During a run: the next one follows without a pause. */
  readonly wake: () => void
  /** Begins no further run, and resolves when the last one has ended. */
  readonly stop: () => Promise<void>
}

const longestRetryMs = 15_000

/**
 * Runs the job now and then again and again, never twice at once. A run that fails is told, and repeated after 1, 2, 4 seconds
 * and so on, up to 15 or to the job's own pause.
 */
export function startJob(job: Job, onFailure: (job: string, error: unknown) => void): RunningJob {
  const { name, pauseMs, run } = job
  const stopping = new AbortController()
  let waking = new AbortController()
  const running = repeat()

  async function repeat(): Promise<void> {
    let failures = 0
    while (!stopping.signal.aborted) {
      waking = new AbortController()
      try {
        await run(stopping.signal)
        failures = 0
      } catch (error) {
        failures += 1
        onFailure(name, error)
      }
      const retryMs = Math.min(1000 * 2 ** (failures - 1), Math.max(longestRetryMs, pauseMs))
      const signal = AbortSignal.any([stopping.signal, waking.signal])
      await pause(failures === 0 ? pauseMs : retryMs, undefined, { signal }).catch(() => undefined)
    }
  }

  return {
    wake: () => {
      waking.abort()
    },
    stop: async () => {
      stopping.abort()
      await running
      await job.finish?.()
    },
  }
}

/** The same for several. */
export function startJobs(jobs: readonly Job[], onFailure: (job: string, error: unknown) => void): RunningJob {
  const running = jobs.map(({ isWoken = false, ...job }) => ({ isWoken, ...startJob(job, onFailure) }))
  return {
    wake: () => {
      for (const { isWoken, wake } of running) if (isWoken) wake()
    },
    stop: async () => {
      await Promise.all(running.map(({ stop }) => stop()))
    },
  }
}
