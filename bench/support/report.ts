import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import type { Instance } from './instance.ts'

const shape = z.object({ loopDelayMs: z.number(), liveBytes: z.number(), residentBytes: z.number() })
/** `loopDelayMs`: 99.9th percentile since the last report. `liveBytes`: memory in use after garbage collection. */
type Report = z.infer<typeof shape>

/** Node flags that `reportOf` needs. */
export const probeFlags = ['--expose-gc', '--import', join(import.meta.dirname, 'probe.ts')]

export async function reportOf(instance: Pick<Instance, 'pid' | 'output'>): Promise<Report> {
  const reports = () => [...instance.output().matchAll(/^probe (\{.*\})$/gm)]
  const seen = reports().length
  process.kill(instance.pid(), 'SIGUSR2')
  for (let i = 0; i < 200; i += 1) {
    await pause(50)
    const [, json] = reports().at(seen) ?? []
    if (json !== undefined) return shape.parse(JSON.parse(json))
  }
  throw new Error('the instance does not report')
}

/** Collects garbage twice, with a pause between so that timers and sockets release their memory. Returns the second report. */
export async function settledMemory(instance: Instance): Promise<Report> {
  await reportOf(instance)
  await pause(1_500)
  return reportOf(instance)
}
