import type { Socket } from 'node:net'
import { buildConnector, EnvHttpProxyAgent, Pool, type Dispatcher } from 'undici'

type OutgoingBounds = {
  /** The maximum number of connections to one host. */
  readonly maxSockets: number
  /** The longest wait for the headers of a response, and between two parts of its body, in milliseconds. */
  readonly waitMs: number
  /** The largest response body, in bytes, so that an endless body cannot fill the memory. */
  readonly longestAnswer?: number
}

/** The time for DNS, connection and TLS together. */
export const connectTimeoutMs = 5_000
/**
 * The time limit for one address; then the next is tried, preferably of the other family. With Node's 250 ms, distant hosts fail.
 */
export const addressTimeoutMs = 2_000
const longestHead = 64 * 1024

/**
 * The dispatcher of every outgoing HTTP call: AWS, webhook, sign-in, doctor. Uses `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, tries
 * both address families, and limits times and sizes. Redirects are not followed.
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
    ...proxiesIn(process.env),
    ...bounds,
    connections: maxSockets,
    connect: direct,
    // With a proxy, the agent replaces the connector above with a tunnel.
    factory: (origin, options) => {
      const connect = 'connect' in options && isConnector(options.connect) ? options.connect : direct
      return new Pool(origin, Object.assign({}, options, { connect: skippingContinue(connect) }))
    },
    proxyTls: connection,
    requestTls: connection,
    // The proxy's response to CONNECT is part of connecting.
    clientFactory: (proxy, options) =>
      new Pool(proxy, { ...options, ...bounds, headersTimeout: Math.min(waitMs, connectTimeoutMs) }),
  })
}

/** The proxy variables, lower case first. An empty one counts as not set. */
function proxiesIn(env: Readonly<Record<string, string | undefined>>) {
  const first = (name: string) => env[name]?.trim() || env[name.toUpperCase()]?.trim() || ''
  return { httpProxy: first('http_proxy'), httpsProxy: first('https_proxy'), noProxy: first('no_proxy') }
}

function isConnector(connect: unknown): connect is buildConnector.connector {
  return typeof connect === 'function'
}

/**
 * Some servers send an unrequested "100 Continue", which HTTP allows (RFC 9110, section 15.2). undici closes such a connection,
 * so this removes the line before it is parsed.
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
