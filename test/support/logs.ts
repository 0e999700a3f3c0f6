import type { Logger } from 'pino'
import { createLogger } from '../../src/main/logger.ts'

export type Line = Readonly<Record<string, unknown>>

export type CapturedLog = {
  readonly logger: Logger
  /** The complete log. */
  readonly text: () => string
  readonly lines: () => readonly Line[]
  readonly events: (event: string) => readonly Line[]
}

/** The real logger, writing into memory. */
export function captureLog(): CapturedLog {
  const written: string[] = []
  const logger = createLogger('debug', { write: (text: string) => void written.push(text) })
  const lines = () => written.map((line) => JSON.parse(line) as Line)
  return {
    logger,
    text: () => written.join(''),
    lines,
    events: (event) => lines().filter((line) => line['event'] === event),
  }
}
