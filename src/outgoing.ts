import type { Socket } from 'node:net'
import { buildConnector, EnvHttpProxyAgent, Pool, type Dispatcher } from 'undici'

export type OutgoingBounds = {
  /** Connections to one host at once. */
  readonly maxSockets: number
  /** The longest wait for the head of an answer, and then between two pieces of its body, in milliseconds. */
  readonly waitMs: number
  /** The longest body of an answer, in bytes. Without a bound, one without end would fill the memory. */
  readonly longestAnswer?: number
}

/** From the name of a host to a connection, TLS included. */
export const connectTimeoutMs = 5_000
/**
 * For one address of a host; the next one, of the other address family if it has one, is tried after it. Node's own 250 ms
 * are too short for a distant host, which then cannot be reached at all.
 */
export const addressTimeoutMs = 2_000
const longestHead = 64 * 1024

/**
 * The way out for every HTTP call: AWS, the webhook, the doctor. Obeys `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, gives both
 * address families their chance, and is bounded in every direction. Redirects are not followed.
 */
export function createDispatcher({ maxSockets, waitMs, longestAnswer = 64 * 1024 }: OutgoingBounds): Dispatcher {
  const bounds = {
    headersTimeout: waitMs,
    bodyTimeout: waitMs,
    maxResponseSize: longestAnswer,
    maxHeaderSize: longestHead,
  }
  const connection = { timeout: connectTimeoutMs, autoSelectFamilyAttemptTimeout: addressTimeoutMs }
  const direct = buildConnector(connection)
  return new EnvHttpProxyAgent({
    ...bounds,
    connections: maxSockets,
    connect: direct,
    // Through a proxy, the agent puts a tunnel in place of the connector above.
    factory: (origin, options) => {
      const connect = 'connect' in options && isConnector(options.connect) ? options.connect : direct
      return new Pool(origin, Object.assign({}, options, { connect: skippingContinue(connect) }))
    },
    proxyTls: connection,
    requestTls: connection,
    // The proxy's answer to CONNECT is a part of connecting.
    clientFactory: (proxy, options) =>
      new Pool(proxy, { ...options, ...bounds, headersTimeout: Math.min(waitMs, connectTimeoutMs) }),
  })
}

function isConnector(connect: unknown): connect is buildConnector.connector {
  return typeof connect === 'function'
}

/**
 * Some servers send "100 Continue" although nobody asked for it, which HTTP allows (RFC 9110, section 15.2). undici closes such
 * a connection, so the line is removed before it is parsed.
 */
function skippingContinue(connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) => {
    connect(options, (error, socket) => {
      if (error !== null) {
        callback(error, null)
        return
      }
      callback(null, withoutContinue(socket))
    })
  }
}

function withoutContinue<T extends Socket>(socket: T): T {
  const read = socket.read.bind(socket)
  socket.read = (size?: number): unknown => {
    const chunk: unknown = read(size)
    return Buffer.isBuffer(chunk) ? afterContinue(chunk) : chunk
  }
  return socket
}

function afterContinue(chunk: Buffer): Buffer {
  if (!/^HTTP\/1\.[01] 100/.test(chunk.toString('latin1', 0, 12))) return chunk
  const [head = ''] = /^(?:HTTP\/1\.[01] 100[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n)+/.exec(chunk.toString('latin1')) ?? []
  return chunk.subarray(head.length)
}
