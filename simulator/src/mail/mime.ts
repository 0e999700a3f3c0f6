import { decodeCharset, quotedPrintable } from './encodings.ts'
import { decodeWords, headersOf, parameterOf } from './headers.ts'

type ParsedMail = {
  /** By lower-case names, unfolded and decoded. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string | null
  readonly html: string | null
}

type Bodies = { text: string | null; html: string | null }

const maxDepth = 10

/**
 * Reads a mail (RFC 5322 and MIME) for an inbox: the headers, the first plain text and the first
 * HTML text. Attachments are ignored.
 */
export function parseMail(raw: Buffer): ParsedMail {
  // One character for each byte, until the charset is known.
  const source = raw.toString('latin1').replace(/\r\n/g, '\n')
  const bodies: Bodies = { text: null, html: null }
  collect(source, bodies, 0)
  const headers = Object.entries(headersOf(source)).map(([name, value]): [string, string] => [name, decodeWords(value)])
  return { headers: Object.fromEntries(headers), ...bodies }
}

function collect(source: string, bodies: Bodies, depth: number): void {
  const headers = headersOf(source)
  const body = source.slice(source.search(/(?:^|\n)\n/)).replace(/^\n{1,2}/, '')
  const contentType = headers['content-type'] ?? 'text/plain'
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? ''
  if (type.startsWith('multipart/')) {
    const boundary = parameterOf(contentType, 'boundary')
    if (boundary === null || depth > maxDepth) return
    for (const part of partsOf(body, boundary)) collect(part, bodies, depth + 1)
    return
  }
  if (headers['content-disposition']?.trim().toLowerCase().startsWith('attachment')) return
  if (type === 'text/plain') bodies.text ??= textOf(body, headers, contentType)
  if (type === 'text/html') bodies.html ??= textOf(body, headers, contentType)
}

function partsOf(body: string, boundary: string): readonly string[] {
  const parts: string[] = []
  let current: string[] | null = null
  for (const line of body.split('\n')) {
    const mark = line.trimEnd()
    if (mark === `--${boundary}--`) break
    if (mark === `--${boundary}`) {
      if (current !== null) parts.push(current.join('\n'))
      current = []
    } else current?.push(line)
  }
  if (current !== null) parts.push(current.join('\n'))
  return parts
}

function textOf(body: string, headers: Readonly<Record<string, string>>, contentType: string): string {
  const encoding = (headers['content-transfer-encoding'] ?? '7bit').trim().toLowerCase()
  return decodeCharset(transferDecoded(body, encoding), parameterOf(contentType, 'charset') ?? 'utf-8')
}

function transferDecoded(body: string, encoding: string): Buffer {
  if (encoding === 'base64') return Buffer.from(body, 'base64')
  if (encoding === 'quoted-printable') return quotedPrintable(body)
  return Buffer.from(body, 'latin1')
}
