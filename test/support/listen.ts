import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

type Listening = { readonly server: Server; readonly url: string; readonly port: number }

/** An HTTP server on this machine. Closed when the test ends. */
export async function listen(listener: RequestListener, port = 0): Promise<Listening> {
  const server = createServer(listener).listen(port, '127.0.0.1')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server, 'listening')
  const { port: actual } = server.address() as AddressInfo
  return { server, port: actual, url: `http://127.0.0.1:${String(actual)}` }
}

/** Responds with an endless body until the other side closes the connection. `sent()` returns the bytes written so far. */
export function endless(contentType: string): { readonly listener: RequestListener; readonly sent: () => number } {
  const piece = Buffer.alloc(64 * 1024, ' ')
  let sent = 0
  const listener: RequestListener = (_request, response) => {
    response.writeHead(200, { 'Content-Type': contentType })
    const write = () => {
      while (!response.destroyed) {
        sent += piece.length
        if (!response.write(piece)) return
      }
    }
    response.on('drain', write).on('error', () => undefined)
    write()
  }
  return { listener, sent: () => sent }
}
