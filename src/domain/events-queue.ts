/** A message of the queue of AWS Marketplace events. */
export type QueueMessage = { readonly body: string; readonly receiptHandle: string }

export type EventsQueue = {
  /** Waits up to 20 seconds for at most ten messages. Resolves at once without messages if the signal aborts. */
  readonly receive: (signal: AbortSignal) => Promise<readonly QueueMessage[]>
  readonly remove: (message: QueueMessage) => Promise<void>
}
