import { isDeepStrictEqual } from 'node:util'
import type { NotificationType } from './notification.ts'
import type { StoredSubscription, ToldState } from './subscription-ports.ts'
import { continuesAnother, type Subscription } from './subscription.ts'

/** What the seller has heard of a subscription. */
export type Heard = Pick<StoredSubscription, 'told' | 'toldAdvisoryAt' | 'owesUpdate' | 'entitlements'>

/** Who never heard of it. */
export const nothingHeard: Heard = { told: null, toldAdvisoryAt: null, owesUpdate: false, entitlements: null }

export type Circumstances = {
  /** AWS has just named the entitlements, or that there are none. */
  readonly entitlementsAsked: boolean
  /** An event spoke of it, or somebody landed with it. Else it is from before anybody watched. */
  readonly isWatched: boolean
}

/** What the seller is to hear now, in this order. */
export function newsOf(
  { told, toldAdvisoryAt, owesUpdate, entitlements }: Heard,
  subscription: Subscription,
  { entitlementsAsked, isWatched }: Circumstances,
): readonly NotificationType[] {
  const { state, advisoryAt } = subscription
  const news: NotificationType[] = []
  if (state === 'active' && told === null)
    news.push(continuesAnother(subscription) ? 'subscription.renewed' : 'subscription.activated')
  if (state === 'active' && told === 'active' && entitlementsAsked) {
    if (owesUpdate || !isDeepStrictEqual(entitlements, subscription.entitlements)) news.push('subscription.updated')
  }
  if (advisoryAt?.getTime() !== toldAdvisoryAt?.getTime()) news.push('subscription.advisory')
  if (state === 'ending' && (told === null || told === 'active')) news.push('subscription.ending')
  if (state === 'ended' && told !== 'ended' && (told !== null || isWatched)) news.push('subscription.ended')
  return news
}

/** What was told last, after these news. It never goes back. */
export function toldAfter(told: ToldState | null, news: readonly NotificationType[]): ToldState | null {
  if (news.includes('subscription.ended')) return 'ended'
  if (news.includes('subscription.ending')) return 'ending'
  return (
    told ??
    (news.some((type) => type === 'subscription.activated' || type === 'subscription.renewed') ? 'active' : null)
  )
}
