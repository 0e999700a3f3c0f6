import { once } from 'node:events'
import { createServer, STATUS_CODES, type OutgoingHttpHeaders, type RequestListener, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'

export type ServerOptions = {
  readonly host: string
  readonly port: number
  /** The load balancer's idle timeout. Ours is longer, so that it never uses a connection that we just closed (a 502). */
  readonly albIdleTimeoutMs: number
  /** The page for what Node's parser refuses before there is a request: header too large, not HTTP, too slow. */
  readonly unreadable: (status: number) => Promise<MalformedPage>
}

export type MalformedPage = { readonly html: string; readonly headers: OutgoingHttpHeaders }

export type DrainOptions = {
  /** How long new requests are still served: a load balancer needs seconds to notice. */
  readonly drainMs: number
  /** How long requests in flight then have to end. */
  readonly graceMs: number
}

export type RunningServer = {
  /** The port it listens on, even when 0 was given, which means any. */
  readonly port: number
  readonly isDraining: () => boolean
  /** Resolves when the last connection is closed. */
  readonly drain: (options: DrainOptions) => Promise<void>
}

/** Listens. Rejects when it cannot (`EADDRINUSE`, `EACCES`). */
export async function serve(listener: RequestListener, options: ServerOptions): Promise<RunningServer> {
  const server = createServer(limits(options.albIdleTimeoutMs))
  let draining = false
  const answer: RequestListener = (req, res) => {
    // Tells the load balancer not to use this connection again, so that no request is cut off at the end.
    if (draining) res.setHeader('Connection', 'close')
    if (routable.test(req.url ?? '') && (req.headers.host !== undefined || req.httpVersion === '1.0'))
      listener(req, res)
    else void refuse(400, req.socket, options.unreadable)
  }
  server.on('request', answer)
  // Node itself would answer an unknown `Expect` without a page, and would not answer CONNECT at all.
  server.on('checkExpectation', answer)
  server.on('connect', (_req, socket) => void refuse(400, socket, options.unreadable))
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy()
    else void refuse(statuses[error.code ?? ''] ?? 400, socket, options.unreadable)
  })
  server.listen(options.port, options.host)
  await once(server, 'listening')
  return {
    port: portOf(server),
    isDraining: () => draining,
    drain: async ({ drainMs, graceMs }) => {
      draining = true
      await pause(drainMs)
      await closed(server, graceMs)
    },
  }
}

/** Times in milliseconds. A client that has not sent its whole request within `requestTimeout` is cut off. */
function limits(albIdleTimeoutMs: number) {
  return {
    keepAliveTimeout: albIdleTimeoutMs + 5_000,
    headersTimeout: albIdleTimeoutMs + 10_000,
    requestTimeout: albIdleTimeoutMs + 10_000,
    connectionsCheckingInterval: 2_000,
    maxHeaderSize: 32 * 1024,
    // A missing `Host` is refused in `serve`, with a page.
    requireHostHeader: false,
  }
}

async function closed(server: Server, graceMs: number): Promise<void> {
  const closing = once(server, 'close')
  server.close()
  const sweep = setInterval(() => {
    server.closeIdleConnections()
  }, 50)
  const deadline = setTimeout(() => {
    server.closeAllConnections()
  }, graceMs)
  await closing
  clearInterval(sweep)
  clearTimeout(deadline)
}

/** Targets that Express can route. Without a path (`foo://bar`) it would answer with a page of its own. */
const routable = /^(?:\/|\*$|https?:\/\/(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?(?:[/?]|$))/i

const lingerMs = 2_000

const statuses: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }

async function refuse(status: number, socket: Duplex, unreadable: ServerOptions['unreadable']): Promise<void> {
  // An error without a listener would end the process.
  socket.on('error', () => socket.destroy())
  socket.resume()
  const { html, headers } = await unreadable(status)
  const head = [
    `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: text/html; charset=utf-8',
    `Content-Length: ${String(Buffer.byteLength(html))}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`),
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${html}`)
  // Some clients do not close the connection themselves.
  setTimeout(() => socket.destroy(), lingerMs).unref()
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
