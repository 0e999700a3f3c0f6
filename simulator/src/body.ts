import type { IncomingMessage } from 'node:http'

const maxBytes = 1_000_000

/** The whole body; null when it is longer than a megabyte. */
export function readBody(request: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= maxBytes) chunks.push(chunk)
    })
    request.on('end', () => {
      resolve(bytes > maxBytes ? null : Buffer.concat(chunks))
    })
    request.on('error', reject)
  })
}
