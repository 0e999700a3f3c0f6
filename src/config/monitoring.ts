import { z } from 'zod'
import { listenAddress, wholeNumber } from './fields.ts'

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** Log and metrics. */
export const monitoringSettings = {
  METRICS_PORT: wholeNumber(0, 0, 65_535),
  METRICS_HOST: listenAddress('127.0.0.1'),
  LOG_LEVEL: z
    .string()
    .trim()
    .pipe(z.enum(logLevels, { error: `must be one of ${logLevels.join(', ')}` }))
    .default('info'),
} as const

export function monitoring(env: z.infer<z.ZodObject<typeof monitoringSettings>>) {
  return {
    /** The port for Prometheus; 0 turns metrics off. */
    metricsPort: env.METRICS_PORT,
    /** Loopback by default: metrics must not be public. */
    metricsHost: env.METRICS_HOST,
    logLevel: env.LOG_LEVEL,
  }
}

export function monitoringErrors({ PORT = '3000', METRICS_PORT }: Readonly<Record<string, string>>): readonly string[] {
  if (METRICS_PORT === undefined || Number(METRICS_PORT) !== Number(PORT) || Number(PORT) === 0) return []
  return ['METRICS_PORT is the same as PORT: choose another, because metrics must not be public']
}
