import { list } from './fields.ts'

/** One character, or a short word, that is repeated. */
const isPlaceholder = (secret: string) => /^(.{1,8})\1+.{0,7}$/s.test(secret) && new Set(secret).size < 8
const isStrong = (secret: string) => secret.length >= 32 && !isPlaceholder(secret)
/** Characters that are allowed in a header. Line breaks would make each call fail, and others have no defined encoding. */
const fitsIntoHeader = (secret: string) => /^[\x20-\x7e]*$/.test(secret)

const make = 'make one with: openssl rand -base64 48'

/** Secrets of at least 32 random characters; several, separated by commas, for rotation. */
export const secretList = (fix: string) =>
  list(fix).refine((secrets) => secrets.every(isStrong), {
    error: `needs at least 32 random characters in each secret, not a repeated word; ${make}`,
  })

/** The same for secrets that another program sends as `Authorization: Bearer`. */
export const bearerSecretList = (fix: string) =>
  secretList(fix).refine((secrets) => secrets.every(fitsIntoHeader), {
    error: `must fit into a header: letters, digits and signs of ASCII on one line; ${make}`,
  })
