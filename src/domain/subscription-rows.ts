import type { Answer } from './agreement.ts'
import type { AwsEvent, AwsEventFacts } from './aws-event.ts'
import type { Notice } from './notification.ts'
import type { Listing } from './product.ts'
import type { Subscription } from './subscription.ts'

/** The step of a subscription that the seller was notified of last. */
export type NotifiedState = 'active' | 'ending' | 'ended'

/** A subscription with what this app remembers about its notifications. */
export type StoredSubscription = Subscription & {
  readonly answer: Answer | null
  /** When AWS last answered for its agreement. */
  readonly checkedAt: Date | null
  readonly updatedAt: Date
  readonly notifiedState: NotifiedState | null
  /** The advisory that was notified; null where none was, or where it was notified as resolved. */
  readonly notifiedAdvisoryAt: Date | null
  /** The seller is notified of an update as soon as AWS was checked. */
  readonly updateDue: boolean
}

/** What AWS is asked about a subscription: SearchAgreements or GetEntitlements. */
export type CheckKind = 'agreement' | 'entitlements'

/** A check that this instance has claimed for a minute. */
export type Check = {
  readonly agreementId: string
  readonly kind: CheckKind
  /** Empty answers so far, and failed calls since the last answer. */
  readonly emptyAnswers: number
  readonly failures: number
}

/** When AWS is checked next. */
export type NextCheck = { readonly at: Date; readonly emptyAnswers: number; readonly failures: number }

export type AwsEventRows = {
  /** False where it is stored already. */
  readonly insert: (event: AwsEvent, { isForeign }: { readonly isForeign: boolean }) => Promise<boolean>
  /** The events of an agreement from which its subscription follows. */
  readonly of: (agreementId: string) => Promise<readonly AwsEventFacts[]>
  /** Notices of this agreement that the seller was not notified of. Returns each once. */
  readonly takeNotices: (agreementId: string) => Promise<readonly Notice[]>
  /** Agreements whose events were stored as foreign and that are of one of these products. */
  readonly findForeign: (listings: readonly Listing[], limit: number) => Promise<readonly string[]>
  readonly markAsOurs: (agreementId: string) => Promise<void>
}

export type SubscriptionRows = {
  readonly find: (agreementId: string) => Promise<StoredSubscription | null>
  /** The subscription of this license, however AWS spells it. */
  readonly findByLicense: (licenseArn: string) => Promise<StoredSubscription | null>
  readonly ofAccount: (awsAccountId: string) => Promise<readonly StoredSubscription[]>
  readonly save: (subscription: StoredSubscription) => Promise<void>
  readonly remove: (agreementId: string) => Promise<void>
  /** Checks AWS at this time at the latest. A check that is due earlier stays. */
  readonly requestCheck: (agreementId: string, kind: CheckKind, next: NextCheck) => Promise<void>
  /** Checks the entitlements of every active subscription, once and without repeating empty answers. */
  readonly requestEntitlements: (emptyAnswers: number) => Promise<void>
  /** Claims a check that is due; the claim lasts one minute. */
  readonly claimCheck: (kind: CheckKind) => Promise<Check | null>
  /** Ends a claimed check, or repeats it later. A check that was requested after the claim stays due. */
  readonly finishCheck: (check: Check, next: NextCheck | null) => Promise<void>
  /** Whether a check is due or claimed that has had no answer and no failure yet. */
  readonly isChecking: (agreementId: string) => Promise<boolean>
  /** License ARNs of registrations whose agreement was never seen to be active or to end. The newest come first. */
  readonly findUnconfirmed: (limit: number) => Promise<readonly string[]>
}
