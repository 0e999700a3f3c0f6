import { ConfigError } from '../config/config.ts'
import type { Environment } from '../config/environment.ts'
import { AppError } from '../errors.ts'
import { createLogDestination } from './log-destination.ts'
import { start, type Service } from './start.ts'

/** Runs the service in this process: starts it, and stops it on a signal. */
export async function runService(env: Environment): Promise<void> {
  try {
    const service = await start(env, { log: createLogDestination(process.stdout) })
    stopOnSignals(service)
    service.logStart()
    await service.checkMarketplace()
  } catch (error) {
    failToStart(error)
  }
}

/** Prints why the service cannot start and ends the process with exit code 1. */
export function failToStart(error: unknown): never {
  const reasons = error instanceof ConfigError ? error.errors : [reasonOf(error)]
  process.stderr.write(`Marketplace Landing cannot start:\n${reasons.map((reason) => `  ${reason}\n`).join('')}`)
  process.exit(1)
}

function reasonOf(error: unknown): string {
  if (error instanceof AppError) return error.details.hint ?? reasonOf(error.details.cause)
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return 'PORT is in use by another process: stop that process, or set another PORT'
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return 'HOST is not an address of this machine: remove it, or set it to 0.0.0.0 or 127.0.0.1'
  if (code === 'EACCES') return 'PORT needs more rights than this process has: set PORT to 1024 or above'
  return error.message
}

/** The process ends this long after the service has stopped, even if the log reader is stuck. */
const exitMs = 1_000

/** SIGTERM drains, SIGINT stops without draining, and a second signal ends the process at once. */
export function stopOnSignals({ stop }: Pick<Service, 'stop'>): void {
  const stopBy = (drain: 'drain' | 'at-once') => () => {
    process.removeAllListeners('SIGTERM').removeAllListeners('SIGINT')
    void stop(drain).then(() => setTimeout(() => process.exit(), exitMs).unref())
  }
  process.once('SIGTERM', stopBy('drain'))
  process.once('SIGINT', stopBy('at-once'))
}
