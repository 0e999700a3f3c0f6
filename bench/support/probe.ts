// Loaded into a task by --import: on SIGUSR2 it writes to its error output how long the event loop was held since the last
// time, what is resident and, after a full collection, what is left in memory.
import { monitorEventLoopDelay } from 'node:perf_hooks'

const resolutionMs = 1
const delay = monitorEventLoopDelay({ resolution: resolutionMs })
delay.enable()

process.on('SIGUSR2', () => {
  const loopDelayMs = delay.percentile(99.9) / 1e6 - resolutionMs
  const residentBytes = process.memoryUsage.rss()
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  process.stderr.write(`probe ${JSON.stringify({ loopDelayMs, liveBytes: heapUsed + external, residentBytes })}\n`)
  delay.reset()
})
