import { once } from 'node:events'
import { createServer, STATUS_CODES, type RequestListener, type Server } from 'node:http'
import { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { unreadable, type Unreadable } from './unreadable.ts'

type ServerOptions = {
  readonly host: string
  readonly port: number
  /** The load balancer's idle timeout. Ours is longer, because a connection that we close first could cause a 502. */
  readonly albIdleTimeoutMs: number
  /** Called with a request that Node's HTTP parser rejected. */
  readonly onUnreadable: (request: Unreadable) => void
}

type DrainOptions = {
  /** New requests are still served for this time, because a load balancer needs seconds to notice. */
  readonly drainMs: number
  /** The time for requests in flight after that. */
  readonly graceMs: number
}

type RunningServer = {
  /** The port it listens on. The option 0 means any free port. */
  readonly port: number
  readonly isDraining: () => boolean
  /** Resolves when the last connection is closed. */
  readonly drain: (options: DrainOptions) => Promise<void>
}

/** Listens. Rejects if it cannot (`EADDRINUSE`, `EACCES`). */
export async function serve(listener: RequestListener, options: ServerOptions): Promise<RunningServer> {
  // Node itself would respond without a log line to a request without Host.
  const server = createServer({ ...limits(options.albIdleTimeoutMs), requireHostHeader: false })
  let draining = false
  // The same response as Node sends without a listener for `clientError`.
  const reject = (socket: Socket, request: Omit<Unreadable, 'clientAddress'>) => {
    const { status } = request
    options.onUnreadable({ ...request, clientAddress: socket.remoteAddress })
    socket.end(`HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\n\r\n`, () => {
      socket.destroy()
    })
  }
  const handle: RequestListener = (req, res) => {
    // Makes the load balancer close this connection, so that no request is interrupted at the end.
    if (draining) res.setHeader('Connection', 'close')
    if (req.httpVersion === '1.1' && req.headers.host === undefined) reject(req.socket, { ...noHint, reason: 'host' })
    else if (isRoutable(req.url ?? '')) listener(req, res)
    else reject(req.socket, { ...noHint, reason: 'target' })
  }
  server.on('request', handle)
  // Without a listener, Node responds with 417 itself. A server may ignore an expectation that it does not know.
  server.on('checkExpectation', handle)
  // Without a listener, Node closes the connection without a response.
  server.on('connect', ({ socket }) => {
    reject(socket, { ...noHint, reason: 'CONNECT' })
  })
  server.on('clientError', (error, socket) => {
    const wasReset = 'code' in error && error.code === 'ECONNRESET'
    if (socket instanceof Socket && socket.writable && !wasReset) reject(socket, unreadable(error))
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

/** Times in milliseconds. A connection whose request is incomplete after `requestTimeout` is closed. */
function limits(albIdleTimeoutMs: number) {
  return {
    keepAliveTimeout: albIdleTimeoutMs + 5_000,
    headersTimeout: albIdleTimeoutMs + 10_000,
    requestTimeout: albIdleTimeoutMs + 10_000,
    connectionsCheckingInterval: 2_000,
    maxHeaderSize: 32 * 1024,
  }
}

/** True if Express can route a target. For others, such as `foo://bar` or `http://[`, it would send its own page. */
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
