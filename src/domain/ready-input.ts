import { isLoopback } from './loopback.ts'

const longestUrl = 2_048
/** In code points. */
const longestMessage = 500
const unprintable = /[\p{Cs}\u2028\u2029\p{Bidi_Control}]|(?![\n\t])\p{Cc}/u

export type ReadyInput = {
  /** Undefined keeps the stored value, null clears it. */
  readonly url: string | null | undefined
  readonly message: string | null | undefined
}

/** Errors of the link and the message by field name, as sentences for the caller. */
export type InvalidReadyField = { readonly field: 'url' | 'message'; readonly text: string }

/** Checks the link and the message for `ready`. A blank text becomes null. */
export function parseReadyInput({ url, message }: ReadyInput): ReadyInput | InvalidReadyField {
  const link = trimmed(url)
  const linkError = typeof link === 'string' ? errorOfUrl(link) : null
  if (linkError !== null) return { field: 'url', text: `url ${linkError}` }
  const plain = trimmed(message?.replaceAll('\r\n', '\n'))
  const messageError = typeof plain === 'string' ? errorOfMessage(plain) : null
  if (messageError !== null) return { field: 'message', text: `message ${messageError}` }
  return { url: link, message: message === null ? null : plain }
}

function trimmed(text: string | null | undefined): string | null | undefined {
  const short = text?.trim()
  return text === null || short === '' ? null : short
}

function errorOfUrl(address: string): string | null {
  const url = URL.parse(address)
  const isSecure = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))
  if (url === null || !isSecure) return 'must be a web address that begins with https://'
  if (url.username !== '' || url.password !== '') return 'must not contain a user name or a password'
  if (/[\s\p{Cc}]/u.test(address)) return 'must not contain spaces'
  return address.length > longestUrl ? `has more than ${String(longestUrl)} characters` : null
}

function errorOfMessage(text: string): string | null {
  if (Array.from(text).length > longestMessage) return `has more than ${String(longestMessage)} characters`
  return unprintable.test(text) ? 'has characters that cannot be read' : null
}
