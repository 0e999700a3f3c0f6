import type { Rows } from './unit-of-work.ts'
import { endGraceMs } from './subscription-state.ts'
import type { Check, NextCheck, StoredSubscription } from './subscription-rows.ts'

const minuteMs = 60_000
/** AWS may return a new purchase only after some time, so a check with an empty result is repeated after these pauses. */
const repeatAfterMs = [1, 5, 15, 60].map((minutes) => minutes * minuteMs)
const longestRetryMs = 15_000

/** No repetition after an empty result. */
export const noRepeat = repeatAfterMs.length

/** When a check is repeated after an empty result; null if only reconciling will find the agreement. */
export function afterEmptyAnswer({ emptyAnswers }: Check, now: Date): NextCheck | null {
  const pauseMs = repeatAfterMs[emptyAnswers]
  if (pauseMs === undefined) return null
  return { at: new Date(now.getTime() + pauseMs), emptyAnswers: emptyAnswers + 1, failures: 0 }
}

/** The pause after a failed call: 1, 2, 4 … up to 15 seconds. */
export function afterFailure({ emptyAnswers, failures }: Check, now: Date): NextCheck {
  const pauseMs = Math.min(1000 * 2 ** failures, longestRetryMs)
  return { at: new Date(now.getTime() + pauseMs), emptyAnswers, failures: failures + 1 }
}

function checkAt(at: Date): NextCheck {
  return { at, emptyAnswers: 0, failures: 0 }
}

type Occasion = {
  readonly at: Date
  /** True if an event may have changed the agreement, so that AWS must be asked for it. */
  readonly isNamed: boolean
  /** True if the subscription was notified as active for the first time. */
  readonly isNew: boolean
  /** True if the event reports an update of an active subscription. */
  readonly isUpdate: boolean
}

/** Requests the checks that a change requires. */
export async function requestChecks(
  { subscriptions }: Rows,
  { agreementId, state, licenseId, startsAt, endsAt, basis }: StoredSubscription,
  { at, isNamed, isNew, isUpdate }: Occasion,
): Promise<void> {
  const check = (kind: Check['kind'], when: Date) => subscriptions.requestCheck(agreementId, kind, checkAt(when))
  // SearchAgreements needs the license and does not return sales of a channel partner.
  const canAnswer = licenseId !== null && !basis.isSoldByPartner
  const isUnsure = state === 'pending' || state === 'active' || basis.closedBy === 'date'
  if (isNamed && canAnswer && isUnsure) await check('agreement', at)
  if (state === 'scheduled' && startsAt !== null) await check('agreement', startsAt)
  if (state === 'active' && endsAt !== null) await check('agreement', new Date(endsAt.getTime() + endGraceMs))
  if (isNew || isUpdate) await check('entitlements', at)
}
