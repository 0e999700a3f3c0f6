import { UndiciHttpHandler } from '@smithy/undici-http-handler'
import { EnvHttpProxyAgent, Pool } from 'undici'
import { AppError } from '../errors.ts'
import { hints } from './hints.ts'

export type TransportOptions = {
  /** Sockets to AWS at once. As many as calls may be in flight, so that hanging calls do not starve healthy ones. */
  readonly maxSockets: number
  readonly connectTimeoutMs: number
  /** The longest wait for the head of an answer, and then between two pieces of its body. */
  readonly deadlineMs: number
  /** In bytes. Most answers have some 500 (AWS STS: 2,000); one without end would fill the memory. */
  readonly longestAnswer?: number
}

/**
 * The way to AWS, bounded in every direction. It is AWS's own over `undici`, which needs far less processor time than the
 * SDK's default. `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are honored.
 */
export function createTransport({
  maxSockets,
  connectTimeoutMs,
  deadlineMs,
  longestAnswer = 64 * 1024,
}: TransportOptions): UndiciHttpHandler {
  const bounds = { headersTimeout: deadlineMs, bodyTimeout: deadlineMs, maxResponseSize: longestAnswer }
  try {
    const dispatcher = new EnvHttpProxyAgent({
      ...bounds,
      connections: maxSockets,
      connect: { timeout: connectTimeoutMs },
      // The connection to the proxy, and its answer to CONNECT, are bounded by these alone.
      proxyTls: { timeout: connectTimeoutMs },
      clientFactory: (proxy, options) => new Pool(proxy, { ...options, ...bounds }),
    })
    return new UndiciHttpHandler({ dispatcher })
  } catch (cause) {
    throw new AppError('internal', { cause, hint: hints.badProxy })
  }
}
