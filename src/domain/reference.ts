import { randomBytes } from 'node:crypto'

/** Crockford's base 32: without I, L, O and U, so that a reference can be read out on the telephone. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A random reference such as `7K3M-9QXW-2PAB`. */
export function createReference(): string {
  const characters = Array.from(randomBytes(12), (byte) => alphabet.charAt(byte % alphabet.length)).join('')
  return `${characters.slice(0, 4)}-${characters.slice(4, 8)}-${characters.slice(8)}`
}

/** Normalizes a reference, because people may type it in lower case. Null if it cannot be one. */
export function parseReference(typed: string): string | null {
  const reference = typed.toUpperCase()
  return /^[0-9A-Z-]{1,40}$/.test(reference) ? reference : null
}
