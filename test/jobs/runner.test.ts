import { setTimeout as pause } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { startJob } from '../../src/jobs/runner.ts'

const untold = (job: string, error: unknown) => {
  throw new Error(`${job} failed`, { cause: error })
}

it('a job runs at once and again after each pause, never twice at once', async () => {
  let [runs, atOnce, most] = [0, 0, 0]
  const run = async () => {
    runs += 1
    most = Math.max(most, (atOnce += 1))
    await pause(20)
    atOnce -= 1
  }
  const { stop } = startJob({ name: 'job', pauseMs: 5, run }, untold)
  expect(runs).toBe(1)
  await vi.waitFor(() => {
    expect(runs).toBeGreaterThan(3)
  })
  await stop()
  expect([most, atOnce]).toEqual([1, 0])
})

it('a run that fails is told, and the next one comes all the same', async () => {
  const told: unknown[] = []
  const run = () => Promise.reject(new Error('the database is away'))
  const { stop } = startJob({ name: 'job', pauseMs: 1, run }, (job, error) => told.push([job, error]))
  const startedAt = performance.now()
  await vi.waitFor(
    () => {
      expect(told.length).toBeGreaterThan(2)
    },
    { timeout: 5_000 },
  )
  await stop()
  expect(told[0]).toEqual(['job', new Error('the database is away')])
  // A second after the first, and two after the second.
  expect(performance.now() - startedAt).toBeGreaterThan(2_900)
})

it('stopping waits for the run under way, tells it, and begins no other', async () => {
  let runs = 0
  let told = false
  const run = async (signal: AbortSignal) => {
    runs += 1
    await pause(50)
    told = signal.aborted
  }
  const { stop } = startJob({ name: 'job', pauseMs: 0, run }, untold)
  await stop()
  await pause(20)
  expect([runs, told]).toEqual([1, true])
})

it('waking ends the pause, also when a run is under way', async () => {
  let runs = 0
  const run = async () => {
    runs += 1
    await pause(10)
  }
  const { wake, stop } = startJob({ name: 'job', pauseMs: 3_600_000, run }, untold)
  for (const expected of [2, 3]) {
    wake()
    await vi.waitFor(() => {
      expect(runs).toBe(expected)
    })
  }
  await pause(30)
  wake()
  await vi.waitFor(() => {
    expect(runs).toBe(4)
  })
  await stop()
})
