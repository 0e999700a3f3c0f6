import { connect } from 'node:net'
import { bytesOf, type Mutant } from './mutants.ts'

/** What came back on a bare socket: one answer, several, or none. */
export type RawAnswer = { readonly status: number; readonly html: boolean; readonly text: string }

const longestMs = 15_000

/** Writes the bytes and collects what comes until the connection is closed, or silent for so long. Never rejects. */
export function exchange(port: number, bytes: Buffer, silenceMs: number): Promise<readonly RawAnswer[]> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1')
    // Half closed first: the service then knows that the rest of an unfinished request never comes.
    let silence = setTimeout(end, silenceMs)
    const limit = setTimeout(() => socket.destroy(), longestMs)
    function end(): void {
      socket.end()
      silence = setTimeout(() => socket.destroy(), silenceMs)
    }
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      clearTimeout(silence)
      silence = setTimeout(end, silenceMs)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(silence)
      clearTimeout(limit)
      resolve(answersIn(Buffer.concat(chunks).toString()))
    })
    socket.write(bytes)
  })
}

export function serialize(mutant: Mutant): Buffer {
  const body = bytesOf(mutant.body)
  const given = new Set(mutant.headers.map(([name]) => name.toLowerCase()))
  const usual: [string, string][] = [
    ['Host', 'localhost'],
    ['Connection', 'close'],
    ['Content-Length', String(body.length)],
  ]
  const headers = [...usual.filter(([name]) => !given.has(name.toLowerCase())), ...mutant.headers]
  const head = [
    `${mutant.method} ${mutant.path} ${mutant.version}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ]
  let bytes = Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body])
  for (const { at, drop, insert } of mutant.damage) {
    const from = Math.floor(at * bytes.length)
    bytes = Buffer.concat([bytes.subarray(0, from), Buffer.from(insert, 'latin1'), bytes.subarray(from + drop)])
  }
  return bytes
}

function answersIn(text: string): readonly RawAnswer[] {
  return text
    .split(/^(?=HTTP\/1\.1 \d{3})/m)
    .filter((part) => part.startsWith('HTTP/1.1 '))
    .map((part) => {
      const body = part.slice(part.indexOf('\r\n\r\n') + 4)
      return {
        status: Number(part.slice(9, 12)),
        html: /^content-type: text\/html/im.test(part) && body !== '',
        text: body,
      }
    })
}
