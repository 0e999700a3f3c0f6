import { setTimeout as pause } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { startJob } from '../../src/jobs/runner.ts'

const unexpected = (job: string, error: unknown) => {
  throw new Error(`${job} failed`, { cause: error })
}

it('a job runs at once and again after each pause, never twice at the same time', async () => {
  let [runs, atOnce, most] = [0, 0, 0]
  const run = async () => {
    runs += 1
    most = Math.max(most, (atOnce += 1))
    await pause(20)
    atOnce -= 1
  }
  const { stop } = startJob({ name: 'job', pauseMs: 5, run }, unexpected)
  expect(runs).toBe(1)
  await vi.waitFor(() => {
    expect(runs).toBeGreaterThan(3)
  }, 30_000)
  await stop()
  expect([most, atOnce]).toEqual([1, 0])
})

it('a run that fails is reported, and the next run follows', async () => {
  const failures: unknown[] = []
  const run = () => Promise.reject(new Error('the database is away'))
  const { stop } = startJob({ name: 'job', pauseMs: 1, run }, (job, error) => failures.push([job, error]))
  const startedAt = performance.now()
  await vi.waitFor(
    () => {
      expect(failures.length).toBeGreaterThan(2)
    },
    { timeout: 30_000 },
  )
  await stop()
  expect(failures[0]).toEqual(['job', new Error('the database is away')])
  // A second after the first, and two after the second.
  expect(performance.now() - startedAt).toBeGreaterThan(2_900)
})

it('stopping aborts the current run, waits for it, and starts no other run', async () => {
  let runs = 0
  let isAborted = false
  const run = async (signal: AbortSignal) => {
    runs += 1
    await pause(50)
    isAborted = signal.aborted
  }
  const { stop } = startJob({ name: 'job', pauseMs: 0, run }, unexpected)
  await stop()
  await pause(20)
  expect([runs, isAborted]).toEqual([1, true])
})
