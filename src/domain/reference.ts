/** Crockford's base 32: without I, L, O and U, so that a reference can be read out on the telephone. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A reference such as `7K3M-9QXW-2PAB`, from five bits of each of twelve bytes of a random (version 4) UUID. */
export function createReference(uuid: string): string {
  const bytes = Buffer.from(uuid.replaceAll('-', ''), 'hex')
  let characters = ''
  // Byte 6 is omitted, because it contains the version.
  for (const byte of [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12])
    characters += alphabet.charAt(bytes.readUInt8(byte) % alphabet.length)
  return `${characters.slice(0, 4)}-${characters.slice(4, 8)}-${characters.slice(8)}`
}
