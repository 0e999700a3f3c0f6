import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import type { Task } from './task.ts'

/** In bytes. */
export type Memory = {
  /** What a full collection leaves: heap and what is tied to it outside. */
  readonly live: number
  readonly rss: number
}

/** Flags that make a task able to answer `memoryOf`. */
export const heapFlags = ['--expose-gc', '--import', join(import.meta.dirname, 'heap-report.ts')]

const shape = z.object({ live: z.number(), rss: z.number() })

/** Collects garbage in the task, twice with a pause for what timers and sockets still hold. */
export async function memoryOf(task: Task): Promise<Memory> {
  await report(task)
  await pause(1_500)
  return report(task)
}

async function report(task: Task): Promise<Memory> {
  const seen = reports(task).length
  task.signal('SIGUSR2')
  for (let i = 0; i < 200; i += 1) {
    await pause(50)
    const all = reports(task)
    const last = all.at(-1)
    if (all.length > seen && last !== undefined) return shape.parse(JSON.parse(last))
  }
  throw new Error('the task does not report its memory')
}

function reports(task: Task): readonly string[] {
  return [...task.complaints().matchAll(/^memory (\{.*\})$/gm)].map(([, json]) => json ?? '')
}

export function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`
}
