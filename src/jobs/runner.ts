import { setTimeout as pause } from 'node:timers/promises'

/** Work that goes on beside the requests. */
export type Job = {
  readonly name: string
  /** How long after one run the next one begins. */
  readonly pauseMs: number
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

/** Runs the job now and then again and again, never twice at once. A run that fails is told, and the next one comes all the same. */
export function startJob(job: Job, onFailure: (job: string, error: unknown) => void): RunningJob {
  const { name, pauseMs, run } = job
  const stopping = new AbortController()
  let waking = new AbortController()
  const running = repeat()

  async function repeat(): Promise<void> {
    while (!stopping.signal.aborted) {
      waking = new AbortController()
      await run(stopping.signal).catch((error: unknown) => {
        onFailure(name, error)
      })
      const signal = AbortSignal.any([stopping.signal, waking.signal])
      await pause(pauseMs, undefined, { signal }).catch(() => undefined)
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
  const running = jobs.map((job) => startJob(job, onFailure))
  return {
    wake: () => {
      for (const { wake } of running) wake()
    },
    stop: async () => {
      await Promise.all(running.map(({ stop }) => stop()))
    },
  }
}
