import { z } from 'zod'

/** A variable that must be set; `remedy` says to what. */
export const text = (remedy: string) => z.string({ error: `is missing: ${remedy}` }).trim()

export const optionalText = z.string().trim()

export const wholeNumber = (fallback: number, min: number, max: number) =>
  z
    .string()
    .default(String(fallback))
    .refine((digits) => /^\d{1,9}$/.test(digits) && Number(digits) >= min && Number(digits) <= max, {
      error: `must be a whole number from ${String(min)} to ${String(max)}`,
    })
    .transform(Number)

/** `https`, or `http` on this machine. */
export function isWebAddress(address: string): boolean {
  const url = parsedUrl(address)
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback.test(url.hostname))
}

const wrongAddress = { error: 'must be a whole web address that starts with https:// (http:// for this machine only)' }

export const webAddress = (remedy: string) => text(remedy).refine(isWebAddress, wrongAddress)

export const optionalWebAddress = optionalText.refine(isWebAddress, wrongAddress)

/** Items between commas. */
export const list = (remedy: string) =>
  text(remedy)
    .transform((items) => items.split(',').map((item) => item.trim()))
    .refine((items) => items.every((item) => item !== ''), { error: 'has an empty entry between two commas' })

/** A random secret of 32 characters has more than eight different ones, even if they are hexadecimal digits. */
export const isStrongSecret = (secret: string) => secret.length >= 32 && new Set(secret).size >= 8
export const weakSecret = {
  error:
    'needs at least 32 random characters in each secret, not a few repeated; make one with: openssl rand -base64 48',
}

/** Host names of this machine, as a URL's `hostname` spells them. */
export const loopback = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

export function parsedUrl(address: string): URL | null {
  return URL.canParse(address) ? new URL(address) : null
}
