import type { Received } from './subscriptions.ts'

export const consumedOutcomes = [
  ...(['applied', 'repeated', 'kept', 'foreign', 'other-account', 'unreadable', 'failed'] as const),
] as const

/** What became of a message. One that is not removed is received again, and after some times SQS moves it to the dead-letter queue. */
export type Consumed =
  Received | { readonly outcome: 'unreadable' } | { readonly outcome: 'failed'; readonly error: unknown }

/** What could be read of a message. */
export type Seen = { readonly id: string | null; readonly detailType: string | null; readonly time: Date | null }
