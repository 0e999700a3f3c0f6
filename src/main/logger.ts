import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino'

/** Control, direction and other invisible characters, line separators, unassigned characters and unpaired surrogates. */
const unprintable = /[\p{C}\p{Zl}\p{Zp}]/gu
/** In characters. */
const longest = 1_024

/** Creates the log: one JSON object per line. Every string is bounded and printable, and no key occurs twice. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = { level, base: null, timestamp: stdTimeFunctions.isoTime, hooks: { streamWrite: cleaned } }
  return destination === undefined ? pino(options) : pino(options, destination)
}

/** Parses the finished line, because only it contains all parts: bindings, fields, nested causes, message. */
function cleaned(line: string): string {
  const clean = (_key: string, value: unknown) =>
    typeof value === 'string' ? value.slice(0, longest).replace(unprintable, '\ufffd') : value
  return `${JSON.stringify(JSON.parse(line), clean)}\n`
}
