import { isDeepStrictEqual } from 'node:util'
import type { NotificationType } from './notification.ts'
import type { NotifiedState, StoredSubscription } from './subscription-rows.ts'
import { continuesAnother } from './subscription-chain.ts'
import type { Subscription } from './subscription.ts'

/** The stored state of a subscription's notifications. */
type Memory = Pick<StoredSubscription, 'notifiedState' | 'notifiedAdvisoryAt' | 'updateDue'>

export const notNotified: Memory = { notifiedState: null, notifiedAdvisoryAt: null, updateDue: false }

type Cause = {
  /** True if an event reported a change. The update is notified after the check. */
  readonly isUpdateEvent: boolean
  /** True if no check is pending that an update waits for. */
  readonly isChecked: boolean
  /** True if an event was received or a buyer landed. Otherwise the subscription is older than this installation. */
  readonly isWatched: boolean
}

/** The notifications that are due now, in this order, and the state to store. */
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
  // No notification if only the end date shows that the agreement ended before it was known to be active.
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

/** Compares the public columns, except times of observation and columns with their own notification. */
export function isSame(before: Subscription | null, after: Subscription): boolean {
  return before !== null && isDeepStrictEqual(factsOf(before), factsOf(after))
}

function factsOf(subscription: Subscription): object {
  const { licenseId, initialAgreementId, previousAgreementId, productCode, productId } = subscription
  const { awsAccountId, offerId, state, startsAt, endsAt, entitlements } = subscription
  return {
    licenseId,
    initialAgreementId,
    previousAgreementId,
    productCode,
    productId,
    awsAccountId,
    offerId,
    state,
    startsAt,
    endsAt,
    entitlements,
  }
}
