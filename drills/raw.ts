import { connect } from 'node:net'

/** One response on a plain socket. */
type RawAnswer = { readonly status: number; readonly html: boolean; readonly text: string }

const longestMs = 15_000

/** Writes the bytes and collects the responses until the connection closes or is idle for `silenceMs`. Never rejects. */
export function exchange(port: number, bytes: Buffer, silenceMs: number): Promise<readonly RawAnswer[]> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1')
    const limit = setTimeout(() => socket.destroy(), longestMs)
    // End the write side first, so that the app stops waiting for the rest of an incomplete request.
    socket.setTimeout(silenceMs, () => (socket.writableEnded ? socket.destroy() : socket.end()))
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(limit)
      resolve(answersIn(Buffer.concat(chunks).toString()))
    })
    socket.write(bytes)
  })
}

function answersIn(text: string): readonly RawAnswer[] {
  return text.split(/^(?=HTTP\/1\.1 \d{3})/m).flatMap((answer) => {
    const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(answer) ?? []
    if (status === undefined) return []
    const body = answer.slice(answer.indexOf('\r\n\r\n') + 4)
    return [{ status: Number(status), html: /^content-type: text\/html/im.test(answer) && body !== '', text: body }]
  })
}
