import type { Received } from './subscriptions.ts'

export const consumedOutcomes = [
  'applied',
  'repeated',
  'kept',
  'foreign',
  'other-account',
  'unreadable',
  'failed',
] as const

/** The result for a message. SQS delivers a message that is not removed again, and later moves it to the dead-letter queue. */
export type Consumed =
  Received | { readonly outcome: 'unreadable' } | { readonly outcome: 'failed'; readonly error: unknown }

/** The readable parts of a message. */
export type Seen = { readonly id: string | null; readonly detailType: string | null; readonly time: Date | null }
