import { pino, type Logger } from 'pino'

export type Line = Readonly<Record<string, unknown>>

export type CapturedLog = {
  readonly logger: Logger
  /** Everything written, as it would stand in the file. */
  readonly text: () => string
  readonly lines: () => readonly Line[]
  readonly events: (event: string) => readonly Line[]
}

/** A real pino logger that writes into memory. */
export function captureLog(): CapturedLog {
  const written: string[] = []
  const logger = pino({ level: 'debug', base: null }, { write: (text: string) => void written.push(text) })
  const lines = () => written.map((line) => JSON.parse(line) as Line)
  return {
    logger,
    text: () => written.join(''),
    lines,
    events: (event) => lines().filter((line) => line['event'] === event),
  }
}
