/** Crockford's base 32: no I, L, O or U, so that a reference survives being read out on the telephone. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A reference such as `7K3M-9QXW-2PAB`: five bits of each of twelve bytes of a random (version 4) UUID. */
export function createReference(uuid: string): string {
  const bytes = Buffer.from(uuid.replaceAll('-', ''), 'hex')
  let characters = ''
  // Byte 6 is left out: it holds the version.
  for (const byte of [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12])
    characters += alphabet.charAt(bytes.readUInt8(byte) % alphabet.length)
  return `${characters.slice(0, 4)}-${characters.slice(4, 8)}-${characters.slice(8)}`
}
