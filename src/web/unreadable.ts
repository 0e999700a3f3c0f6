/** A request that the app cannot route, because it has no valid path. */
export type Unreadable = {
  readonly status: 400 | 408 | 431
  /** The parser's code, such as `HPE_INVALID_METHOD`; `CONNECT`; `host` without that header; `target` for one without a path. */
  readonly reason: string
  /** The peer, which may be the load balancer. */
  readonly clientAddress: string | undefined
  /** The fix if the bytes belong to another protocol. */
  readonly hint: string | undefined
}

/** Describes a request that Node's HTTP parser rejected, from the error of `clientError`. */
export function unreadable(error: Error): Omit<Unreadable, 'clientAddress'> {
  const reason = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  const bytes = 'rawPacket' in error && Buffer.isBuffer(error.rawPacket) ? error.rawPacket : Buffer.alloc(0)
  const start = bytes.subarray(0, longestStart).toString('latin1')
  return {
    status: statuses[reason] ?? 400,
    reason,
    hint: otherProtocols.find((protocol) => protocol.start.test(start))?.hint,
  }
}

const statuses: Readonly<Record<string, 408 | 431>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }

const longestStart = 16

const otherProtocols = [
  {
    // A TLS handshake record, from SSL 3.0 to TLS 1.3.
    start: /^\x16\x03[\0-\x04]/,
    hint: 'The peer speaks TLS, but this port is plain HTTP: set the protocol of the target group to HTTP.',
  },
  {
    start: /^PRI \* HTTP\/2/,
    hint: 'The peer speaks HTTP/2, but this port is HTTP/1.1: set the protocol version of the target group to HTTP1.',
  },
  {
    start: /^(?:PROXY |\r\n\r\n\0\r\nQUIT\n)/,
    hint: 'The peer sends the PROXY protocol: turn proxy protocol off at the load balancer or target group.',
  },
] as const
