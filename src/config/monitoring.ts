import { z } from 'zod'
import { optionalText, wholeNumber } from './fields.ts'

/** What operators see. */
export const monitoringSettings = {
  METRICS_PORT: wholeNumber(0, 0, 65_535),
  METRICS_HOST: optionalText.default('127.0.0.1'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'must be one of fatal, error, warn, info, debug, trace, silent',
    })
    .default('info'),
} as const

export function monitoring(env: z.infer<z.ZodObject<typeof monitoringSettings>>) {
  return {
    /** Where Prometheus finds the metrics; 0 is nowhere. */
    metricsPort: env.METRICS_PORT,
    /** Only this machine unless told: metrics must not be public. */
    metricsHost: env.METRICS_HOST,
    logLevel: env.LOG_LEVEL,
  }
}

export function monitoringFaults({ PORT = '3000', METRICS_PORT }: Readonly<Record<string, string>>): readonly string[] {
  if (METRICS_PORT !== PORT || PORT === '0') return []
  return ['METRICS_PORT is the same as PORT: choose another, for metrics must not be public']
}
