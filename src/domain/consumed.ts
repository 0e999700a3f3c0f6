import type { Received } from './subscriptions.ts'

export const consumedOutcomes = ['applied', 'repeated', 'kept', 'foreign', 'unreadable', 'failed'] as const

/** What became of a message. What is not removed comes again, and after some times goes to the dead-letter queue. */
export type Consumed =
  Received | { readonly outcome: 'unreadable' } | { readonly outcome: 'failed'; readonly error: unknown }

/** A message, as far as it could be read. */
export type Seen = { readonly id: string | null; readonly detailType: string | null; readonly time: Date | null }
