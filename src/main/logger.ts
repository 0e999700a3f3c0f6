import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino'
import { printable } from '../domain/printable.ts'

/** In characters. */
const longest = 1_024

/** The log: one JSON object a line. Every string in a line is bounded and printable, and no key is there twice. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = { level, base: null, timestamp: stdTimeFunctions.isoTime, hooks: { streamWrite: cleaned } }
  return destination === undefined ? pino(options) : pino(options, destination)
}

/** Reads the line back, because only there all its parts are together: bindings, fields, nested causes, message. */
function cleaned(line: string): string {
  const clean = (_key: string, value: unknown) =>
    typeof value === 'string' ? printable(value.slice(0, longest)) : value
  return `${JSON.stringify(JSON.parse(line), clean)}\n`
}
