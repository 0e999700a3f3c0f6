// Loaded into an instance with --import. On SIGUSR2 it writes to stderr: the event loop delay since the last report, the
// resident memory, and the memory in use after garbage collection.
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
