import { isDeepStrictEqual } from 'node:util'
import type { NotificationType } from './notification.ts'
import type { NotifiedState, StoredSubscription } from './subscription-rows.ts'
import { continuesAnother } from './subscription-chain.ts'
import type { Subscription } from './subscription.ts'

/** What is remembered of the notifications of a subscription. */
export type Memory = Pick<StoredSubscription, 'notifiedState' | 'notifiedAdvisoryAt' | 'updateDue'>

export const notNotified: Memory = { notifiedState: null, notifiedAdvisoryAt: null, updateDue: false }

export type Cause = {
  /** An event says that something changed: the update is notified when AWS was checked. */
  readonly isUpdateEvent: boolean
  /** No check that an update waits for is open. */
  readonly isChecked: boolean
  /** An event was received for it, or a buyer landed with it. Otherwise it is older than this installation. */
  readonly isWatched: boolean
}

/** The notifications that are due now, in this order, and what is remembered afterwards. */
export function notificationsFor(
  before: StoredSubscription | null,
  subscription: Subscription,
  { isUpdateEvent, isChecked, isWatched }: Cause,
): { readonly types: readonly NotificationType[]; readonly memory: Memory } {
  const { notifiedState, notifiedAdvisoryAt, ...memory } = before ?? notNotified
  const { state, advisoryAt, basis } = subscription
  const types: NotificationType[] = []
  let updateDue = false

  if (state === 'active' && notifiedState === null)
    types.push(continuesAnother(subscription) ? 'subscription.renewed' : 'subscription.activated')
  else if (state === 'active') {
    updateDue = (memory.updateDue || isUpdateEvent) && !isChecked
    if (!updateDue && (memory.updateDue || !isSame(before, subscription))) types.push('subscription.updated')
  } else if (memory.updateDue) types.push('subscription.updated')
  const isNewAdvisory = advisoryAt?.getTime() !== notifiedAdvisoryAt?.getTime()
  if (isNewAdvisory) types.push('subscription.advisory')
  if (state === 'ending' && (notifiedState === null || notifiedState === 'active')) types.push('subscription.ending')
  // No notification where only the end date says that the agreement ended before it was seen to be active.
  const isReported = notifiedState !== null || (isWatched && basis.closedBy !== 'date')
  if (state === 'ended' && notifiedState !== 'ended' && isReported) types.push('subscription.ended')

  return {
    types,
    memory: {
      notifiedState: stateAfter(notifiedState, types),
      notifiedAdvisoryAt: isNewAdvisory ? advisoryAt : notifiedAdvisoryAt,
      updateDue,
    },
  }
}

function stateAfter(before: NotifiedState | null, types: readonly NotificationType[]): NotifiedState | null {
  if (types.includes('subscription.ended')) return 'ended'
  if (types.includes('subscription.ending')) return 'ending'
  const active: readonly NotificationType[] = ['subscription.activated', 'subscription.renewed', 'subscription.updated']
  return types.some((type) => active.includes(type)) ? 'active' : before
}

/** Compares the published columns, except those that only say when something was seen and those with a notification of their own. */
export function isSame(before: Subscription | null, after: Subscription): boolean {
  return before !== null && isDeepStrictEqual(factsOf(before), factsOf(after))
}

function factsOf(subscription: Subscription): object {
  const { licenseId, initialAgreementId, previousAgreementId, productCode, productId } = subscription
  const { awsAccountId, offerId, state, startsAt, endsAt, entitlements } = subscription
  return {
    ...{ licenseId, initialAgreementId, previousAgreementId, productCode, productId },
    ...{ awsAccountId, offerId, state, startsAt, endsAt, entitlements },
  }
}
