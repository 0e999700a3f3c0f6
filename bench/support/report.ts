import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import type { Task } from './task.ts'

const shape = z.object({ loopDelayMs: z.number(), liveBytes: z.number(), residentBytes: z.number() })
/** `loopDelayMs`: 99.9th percentile since the last report. `liveBytes`: what a full collection leaves. */
export type Report = z.infer<typeof shape>

/** Flags that make a task able to report. */
export const probeFlags = ['--expose-gc', '--import', join(import.meta.dirname, 'probe.ts')]

export async function reportOf(task: Pick<Task, 'pid' | 'output'>): Promise<Report> {
  const reports = () => [...task.output().matchAll(/^probe (\{.*\})$/gm)]
  const seen = reports().length
  process.kill(task.pid(), 'SIGUSR2')
  for (let i = 0; i < 200; i += 1) {
    await pause(50)
    const [, json] = reports().at(seen) ?? []
    if (json !== undefined) return shape.parse(JSON.parse(json))
  }
  throw new Error('the task does not report')
}

/** The second of two collections with a pause between them for what timers and sockets still hold. */
export async function settledMemory(task: Task): Promise<Report> {
  await reportOf(task)
  await pause(1_500)
  return reportOf(task)
}
