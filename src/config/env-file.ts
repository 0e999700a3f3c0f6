import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

type Variables = Readonly<Record<string, string | undefined>>

/**
 * Reads the variables of a file in the format of Node's `--env-file`; none if the file does not exist. Unlike Node, accepts a byte
 * order mark and UTF-16, which some editors write. Returns a sentence with the fix if the file cannot be read.
 */
export function readEnvFile(path: string): Variables | string {
  try {
    return variablesIn(readFileSync(path)) ?? `${path} is not UTF-8 text: save it as UTF-8.`
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    return code === 'ENOENT' ? {} : `${path} cannot be read (${String(code)}): make it a file that this user may read.`
  }
}

/** Decodes text. Returns null for bytes that are not text. */
export function variablesIn(bytes: Uint8Array): Variables | null {
  try {
    return parseEnv(new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes))
  } catch {
    return null
  }
}

/** Recognized by the byte order mark, or by the zero byte of ASCII characters in UTF-16. */
function encodingOf([first, second]: Uint8Array): string {
  if ((first === 0xff && second === 0xfe) || second === 0) return 'utf-16le'
  if ((first === 0xfe && second === 0xff) || first === 0) return 'utf-16be'
  return 'utf-8'
}
