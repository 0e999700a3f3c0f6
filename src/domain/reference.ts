/** Crockford's base 32: no I, L, O or U, so that a reference survives being read out on the telephone. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A reference such as `7K3M-9QXW-2PAB`: 60 random bits. */
export function createReference(randomBytes: (size: number) => Uint8Array): string {
  const characters = Array.from(randomBytes(12), (byte) => alphabet.charAt(byte % alphabet.length)).join('')
  return `${characters.slice(0, 4)}-${characters.slice(4, 8)}-${characters.slice(8)}`
}
