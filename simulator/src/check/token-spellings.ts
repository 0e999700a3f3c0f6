import { decodeEntities } from './page-text.ts'

// Long enough to be unique, short enough to find a token that was cut off.
const prefixLength = 40

/** Whether a text contains a token, in any of its usual encodings. */
export function containsToken(text: string, token: string): boolean {
  const found = decodeEntities(text).replaceAll('\\/', '/').toLowerCase()
  return spellings(token).some((spelling) => found.includes(spelling.slice(0, prefixLength).toLowerCase()))
}

/** Also looks into signed or encoded cookies, whose content anybody can read. */
export function cookieContainsToken(value: string, token: string): boolean {
  const parts = decodePercents(value).split(/[.:|]/)
  const decoded = parts.map((part) => Buffer.from(part, 'base64').toString())
  return [value, ...decoded].some((text) => containsToken(text, token))
}

function spellings(token: string): readonly string[] {
  return [
    token,
    encodeURIComponent(token),
    encodeURIComponent(encodeURIComponent(token)),
    encodeURI(token),
    token.replaceAll('+', ' '),
    token.replaceAll('+', '%20'),
    token.replaceAll('+', '-').replaceAll('/', '_'),
  ]
}

function decodePercents(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
