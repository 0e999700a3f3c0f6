import type { Job } from './runner.ts'

/** Deletes what has expired. Any number of tasks may do so at once. */
export function pruneJob(prune: () => Promise<unknown>): Job {
  return { name: 'prune', pauseMs: 60_000, run: prune }
}
