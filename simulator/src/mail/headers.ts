import { decodeCharset, quotedPrintable } from './encodings.ts'

/**
 * The headers of a mail or a part of it, unfolded and not decoded. Of several with one name, the
 * first counts.
 */
export function headersOf(source: string): Readonly<Record<string, string>> {
  const [head = ''] = source.startsWith('\n') ? [''] : source.split('\n\n', 1)
  const headers: Record<string, string> = {}
  for (const line of head.replace(/\n[ \t]+/g, ' ').split('\n')) {
    const [, name, value] = /^([!-9;-~]+):\s*(.*)$/.exec(line) ?? []
    if (name !== undefined && value !== undefined) headers[name.toLowerCase()] ??= value
  }
  return headers
}

/** A parameter of a header's value, for example `charset`. */
export function parameterOf(value: string, name: string): string | null {
  const [, quoted, plain] = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^;\\s]*))`, 'i').exec(value) ?? []
  return quoted ?? plain ?? null
}

type Word = { readonly charset: string; readonly bytes: Buffer }

/** Decodes encoded words (RFC 2047), and reads other characters beyond ASCII as UTF-8. */
export function decodeWords(value: string): string {
  const pattern = /=\?([^?\s*]+)(?:\*[^?\s]*)?\?([BbQq])\?([^?]*)\?=(?:\s+(?==\?))?/g
  const pieces: (string | Word)[] = []
  let at = 0
  for (const match of value.matchAll(pattern)) {
    const [whole, charset = 'utf-8', encoding = '', content = ''] = match
    if (match.index > at) pieces.push(value.slice(at, match.index))
    const bytes =
      encoding.toUpperCase() === 'B' ? Buffer.from(content, 'base64') : quotedPrintable(content.replaceAll('_', '=20'))
    pieces.push({ charset: charset.toLowerCase(), bytes })
    at = match.index + whole.length
  }
  pieces.push(value.slice(at))
  return joined(pieces)
}

/**
 * Joins neighboring words before they are decoded, because a character may be split between two.
 */
function joined(pieces: readonly (string | Word)[]): string {
  const runs: (string | Word)[] = []
  for (const piece of pieces) {
    const last = runs.at(-1)
    const same = typeof piece !== 'string' && typeof last === 'object' && last.charset === piece.charset
    if (same) runs[runs.length - 1] = { ...last, bytes: Buffer.concat([last.bytes, piece.bytes]) }
    else if (piece !== '') runs.push(piece)
  }
  return runs
    .map((run) =>
      typeof run === 'string' ? Buffer.from(run, 'latin1').toString() : decodeCharset(run.bytes, run.charset),
    )
    .join('')
}
