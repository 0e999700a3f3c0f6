import { UndiciHttpHandler } from '@smithy/undici-http-handler'
import { createDispatcher } from '../outgoing.ts'

export type TransportOptions = {
  /** The maximum number of sockets to AWS: one per concurrent call, so that hanging calls do not block others. */
  readonly maxSockets: number
  /** The longest wait for the headers of a response, and between two parts of its body. */
  readonly deadlineMs: number
  /** In bytes. Most responses have about 500 (AWS STS: 2,000). */
  readonly longestAnswer?: number
}

/** The SDK's requests over the app's dispatcher. AWS's handler for `undici` uses much less CPU time than the SDK's default. */
export function createTransport({ deadlineMs, ...bounds }: TransportOptions): UndiciHttpHandler {
  return new UndiciHttpHandler({ dispatcher: createDispatcher({ ...bounds, waitMs: deadlineMs }) })
}
