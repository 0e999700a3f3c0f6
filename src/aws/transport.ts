import { UndiciHttpHandler } from '@smithy/undici-http-handler'
import { createDispatcher } from '../outgoing.ts'

export type TransportOptions = {
  /** Sockets to AWS at once. As many as calls may be in flight, so that hanging calls do not starve healthy ones. */
  readonly maxSockets: number
  /** The longest wait for the head of an answer, and then between two pieces of its body. */
  readonly deadlineMs: number
  /** In bytes. Most answers have some 500 (AWS STS: 2,000). */
  readonly longestAnswer?: number
}

/** The SDK over the app's own way out. AWS's handler over `undici` needs far less processor time than the SDK's default. */
export function createTransport({ deadlineMs, ...bounds }: TransportOptions): UndiciHttpHandler {
  return new UndiciHttpHandler({ dispatcher: createDispatcher({ ...bounds, waitMs: deadlineMs }) })
}
