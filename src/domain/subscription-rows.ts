import type { Answer } from './agreement.ts'
import type { AwsEvent, AwsEventFacts } from './aws-event.ts'
import type { Notice } from './notification.ts'
import type { Listing } from './product.ts'
import type { Subscription } from './subscription.ts'

/** The last step of a subscription that the seller was notified of. */
export type NotifiedState = 'active' | 'ending' | 'ended'

/** A subscription with the state of its notifications. */
export type StoredSubscription = Subscription & {
  readonly answer: Answer | null
  /** The time of AWS's last response for its agreement. */
  readonly checkedAt: Date | null
  readonly updatedAt: Date
  readonly notifiedState: NotifiedState | null
  /** The advisory that was notified; null if there is none or it was notified as resolved. */
  readonly notifiedAdvisoryAt: Date | null
  /** True if the seller is notified of an update after the check. */
  readonly updateDue: boolean
}

/** The call of a check: SearchAgreements or GetEntitlements. */
export type CheckKind = 'agreement' | 'entitlements'

/** A check that this instance has claimed for one minute. */
export type Check = {
  readonly agreementId: string
  readonly kind: CheckKind
  /** The number of empty results so far, and of failed calls since the last result. */
  readonly emptyAnswers: number
  readonly failures: number
}

/** When AWS is checked next. */
export type NextCheck = { readonly at: Date; readonly emptyAnswers: number; readonly failures: number }

export type AwsEventRows = {
  /** False if the event is already stored. */
  readonly insert: (event: AwsEvent, { isForeign }: { readonly isForeign: boolean }) => Promise<boolean>
  /** The events of an agreement. */
  readonly of: (agreementId: string) => Promise<readonly AwsEventFacts[]>
  /** Notices of this agreement that the seller was not notified of. Returns each one only once. */
  readonly takeNotices: (agreementId: string) => Promise<readonly Notice[]>
  /** Agreements of these products whose events were stored as foreign. */
  readonly findForeign: (listings: readonly Listing[], limit: number) => Promise<readonly string[]>
  readonly markAsOurs: (agreementId: string) => Promise<void>
}

export type SubscriptionRows = {
  readonly find: (agreementId: string) => Promise<StoredSubscription | null>
  /** The subscription of this license, in any of AWS's spellings. */
  readonly findByLicense: (licenseArn: string) => Promise<StoredSubscription | null>
  readonly ofAccount: (awsAccountId: string) => Promise<readonly StoredSubscription[]>
  readonly save: (subscription: StoredSubscription) => Promise<void>
  readonly remove: (agreementId: string) => Promise<void>
  /** Requests a check at this time. A check that is due earlier is kept. */
  readonly requestCheck: (agreementId: string, kind: CheckKind, next: NextCheck) => Promise<void>
  /** Requests one check of the entitlements of every active subscription, without repetition after empty results. */
  readonly requestEntitlements: (emptyAnswers: number) => Promise<void>
  /** Claims a check that is due; the claim lasts one minute. */
  readonly claimCheck: (kind: CheckKind) => Promise<Check | null>
  /** Ends a claimed check or schedules it again. A check that was requested after the claim stays due. */
  readonly finishCheck: (check: Check, next: NextCheck | null) => Promise<void>
  /** True if a check is due or claimed that has no result and no failure yet. */
  readonly isChecking: (agreementId: string) => Promise<boolean>
  /** License ARNs of registrations whose agreement was never known to be active or ended, newest first. */
  readonly findUnconfirmed: (limit: number) => Promise<readonly string[]>
}
