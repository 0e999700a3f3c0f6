/** Crockford's base 32: no I, L, O or U, so that a reference survives being read out on the telephone. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A reference such as `7K3M-9QXW-2PAB`, of 60 random bits of a random (version 4) UUID. */
export function createReference(uuid: string): string {
  // The last 15 hexadecimal digits, all of them random: five bits from every two and a half.
  const bits = BigInt(`0x${uuid.replaceAll('-', '').slice(-15)}`)
  const characters = Array.from({ length: 12 }, (_, i) => alphabet.charAt(Number((bits >> BigInt(5 * i)) & 31n))).join(
    '',
  )
  return `${characters.slice(0, 4)}-${characters.slice(4, 8)}-${characters.slice(8)}`
}
