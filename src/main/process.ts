import { ConfigError } from '../config/config.ts'
import { AppError } from '../errors.ts'

/** Says why the service cannot start, for whoever reads the terminal or the task's log, and ends with 1. */
export function failToStart(error: unknown): never {
  const reasons = error instanceof ConfigError ? error.faults : [reasonOf(error)]
  process.stderr.write(`Marketplace Landing cannot start:\n${reasons.map((reason) => `  ${reason}\n`).join('')}`)
  process.exit(1)
}

function reasonOf(error: unknown): string {
  if (error instanceof AppError) return error.details.hint ?? reasonOf(error.details.cause)
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return 'PORT is in use by another process: end it, or set another PORT'
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return 'HOST is no address of this machine: leave it out, or set it to 0.0.0.0 or 127.0.0.1'
  if (code === 'EACCES') return 'PORT needs more rights than this process has: set PORT to 1024 or above'
  return error.message
}

/** SIGTERM drains, SIGINT stops without waiting; a second signal of either kind kills. */
export function stopOnSignals(service: { readonly stop: (drain: 'drain' | 'at-once') => Promise<void> }): void {
  const stop = (drain: 'drain' | 'at-once') => () => {
    process.removeAllListeners('SIGTERM').removeAllListeners('SIGINT')
    void service.stop(drain)
  }
  process.once('SIGTERM', stop('drain'))
  process.once('SIGINT', stop('at-once'))
}
