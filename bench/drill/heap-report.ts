// Loaded into a task by --import: on SIGUSR2 it collects all garbage and writes what is left, in bytes, to its error output.
process.on('SIGUSR2', () => {
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, external, rss } = process.memoryUsage()
  process.stderr.write(`memory ${JSON.stringify({ live: heapUsed + external, rss })}\n`)
})
