import type { Agreement, Entitlement } from './agreement.ts'
import type { AwsEvent } from './aws-event.ts'
import type { Answer, Subscription } from './subscription.ts'

/** A message of the queue that AWS Marketplace's events go to. */
export type QueueMessage = { readonly body: string; readonly receiptHandle: string }

export type EventsQueue = {
  /** Waits up to 20 seconds for messages; at most ten. Ends at once, with none, when the signal aborts. */
  readonly receive: (signal: AbortSignal) => Promise<readonly QueueMessage[]>
  readonly remove: (message: QueueMessage) => Promise<void>
}

/** What SearchAgreements finds, all pages of it, up to a bound. Rejects with an `AppError`. */
export type SearchAgreements = (
  filter: { readonly licenseArn: string } | { readonly productId: string },
) => Promise<readonly Agreement[]>

/** What GetEntitlements answers for a license; empty for pure usage products, and until AWS has spread it. Rejects with an `AppError`. */
export type GetEntitlements = (productCode: string, licenseArn: string) => Promise<readonly Entitlement[]>

/** What was last told to the seller of a subscription. */
export type ToldState = 'active' | 'ending' | 'ended'

/** A question to AWS that is open. */
export type Question = 'agreement' | 'entitlements'

/** A subscription with what its jobs remember. */
export type StoredSubscription = Subscription & {
  readonly answer: Answer | null
  /** When AWS last answered for its agreement. */
  readonly checkedAt: Date | null
  readonly updatedAt: Date
  readonly told: ToldState | null
  /** The advisory that was told; null where none was, or that it is resolved. */
  readonly toldAdvisoryAt: Date | null
  /** The seller is to hear of a change as soon as AWS has named the entitlements. */
  readonly owesUpdate: boolean
}

/** When AWS is to be asked; null is never. */
export type Ask = {
  readonly at: Date
  /** How many answers before were of no use. */
  readonly tries: number
} | null

export type AwsEventRows = {
  /** False where it is stored already. */
  readonly insert: (event: AwsEvent, agreementId: string | null) => Promise<boolean>
  readonly of: (agreementId: string) => Promise<readonly AwsEvent[]>
  readonly removeOf: (agreementId: string) => Promise<void>
}

export type SubscriptionRows = {
  readonly find: (agreementId: string) => Promise<StoredSubscription | null>
  /** The subscription of this license, however AWS spells it. */
  readonly findByLicense: (licenseArn: string) => Promise<StoredSubscription | null>
  readonly save: (subscription: StoredSubscription) => Promise<void>
  readonly remove: (agreementId: string) => Promise<void>
  readonly setAsk: (agreementId: string, question: Question, ask: Ask) => Promise<void>
  /** Ends the question that was claimed, or puts it off. What was asked anew meanwhile stays asked. */
  readonly finishAsk: (agreementId: string, question: Question, next: Ask) => Promise<void>
  /** Takes one whose question is due, for a minute. */
  readonly claimAsk: (question: Question) => Promise<{ readonly agreementId: string; readonly tries: number } | null>
  /** License ARNs of registrations of which no agreement was seen to be active or to end, at most so many. */
  readonly findUnconfirmed: (limit: number) => Promise<readonly string[]>
}
