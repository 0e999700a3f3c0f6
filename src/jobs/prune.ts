import type { Job } from './runner.ts'

/** Deletes expired rows. Several instances may do this at the same time. */
export function pruneJob(prune: () => Promise<unknown>): Job {
  return { name: 'prune', pauseMs: 60_000, run: prune }
}
