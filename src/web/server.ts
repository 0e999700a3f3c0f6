import { once } from 'node:events'
import { createServer, STATUS_CODES, type RequestListener, type Server } from 'node:http'
import { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { unreadable, type Unreadable } from './unreadable.ts'

export type ServerOptions = {
  readonly host: string
  readonly port: number
  /** The load balancer's idle timeout. Ours is longer, so that it never uses a connection that we just closed, which is a 502. */
  readonly albIdleTimeoutMs: number
  /** Is called with what Node's HTTP parser refused. */
  readonly onUnreadable: (refused: Unreadable) => void
}

export type DrainOptions = {
  /** How long new requests are still served: a load balancer needs seconds to notice. */
  readonly drainMs: number
  /** How long requests in flight then have to finish. */
  readonly graceMs: number
}

export type RunningServer = {
  /** The port it listens on. The option 0 means any free port. */
  readonly port: number
  readonly isDraining: () => boolean
  /** Resolves when the last connection is closed. */
  readonly drain: (options: DrainOptions) => Promise<void>
}

/** Listens. Rejects when it cannot (`EADDRINUSE`, `EACCES`). */
export async function serve(listener: RequestListener, options: ServerOptions): Promise<RunningServer> {
  const server = createServer(limits(options.albIdleTimeoutMs))
  let draining = false
  // The same answer as Node's own without a listener for `clientError`.
  const refuse = (socket: Socket, refused: Omit<Unreadable, 'clientAddress'>) => {
    const { status } = refused
    options.onUnreadable({ ...refused, clientAddress: socket.remoteAddress })
    socket.end(`HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\n\r\n`, () => {
      socket.destroy()
    })
  }
  server.on('request', (req, res) => {
    // Tells the load balancer not to use this connection again, so that no request is cut off at the end.
    if (draining) res.setHeader('Connection', 'close')
    if (isRoutable(req.url ?? '')) listener(req, res)
    else refuse(req.socket, { ...noHint, reason: 'target' })
  })
  // Without a listener, Node closes the connection without an answer.
  server.on('connect', ({ socket }) => {
    refuse(socket, { ...noHint, reason: 'CONNECT' })
  })
  server.on('clientError', (error, socket) => {
    const wasReset = 'code' in error && error.code === 'ECONNRESET'
    if (socket instanceof Socket && socket.writable && !wasReset) refuse(socket, unreadable(error))
    else socket.destroy()
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
  }
}

/** Whether Express can route a target. For others, such as `foo://bar` or `http://[`, it sends a page of its own. */
function isRoutable(target: string): boolean {
  return /^(?:\/|\*$)/.test(target) || (/^https?:\/\/[^/?#]+(?:[/?]|$)/i.test(target) && URL.canParse(target))
}

const noHint = { status: 400, hint: undefined } as const

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

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
