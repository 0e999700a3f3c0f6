import { decodeEntities } from './page-text.ts'

// Long enough to be nothing else, short enough to find a token that was cut.
const telling = 40

/** Whether a text holds a token, plain or in one of the ways in which one is written down. */
export function holdsToken(text: string, token: string): boolean {
  const found = decodeEntities(text).replaceAll('\\/', '/').toLowerCase()
  return spellings(token).some((spelling) => found.includes(spelling.slice(0, telling).toLowerCase()))
}

/** Also inside signed or encoded cookies, whose content anybody can read. */
export function cookieHoldsToken(value: string, token: string): boolean {
  const parts = decodePercents(value).split(/[.:|]/)
  const decoded = parts.map((part) => Buffer.from(part, 'base64').toString())
  return [value, ...decoded].some((text) => holdsToken(text, token))
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
