import type { UnitOfWork } from './unit-of-work.ts'
import type { Ask, StoredSubscription } from './subscription-ports.ts'

const minuteMs = 60_000
/** An answer may be empty for a while: it is asked for again after these. */
const askAgainMs = [1, 5, 15, 60].map((minutes) => minutes * minuteMs)

/** When AWS is asked again after so many answers that were of no use; null leaves it to reconciling. */
export function nextAsk(tries: number, now: Date): Ask {
  const pauseMs = askAgainMs[tries]
  return pauseMs === undefined ? null : { at: new Date(now.getTime() + pauseMs), tries: tries + 1 }
}

/** Once, and not again. */
export function lastAsk(now: Date): Ask {
  return { at: now, tries: askAgainMs.length }
}

export type Reasons = {
  readonly at: Date
  readonly licenseUpdated: boolean
  /** It was just told as active, for the first time. */
  readonly isNew: boolean
  /** It was active before, and AWS says that something changed. */
  readonly isLaterUpdate: boolean
}

/** What AWS is to be asked after a change. */
export async function setAsks(
  { subscriptions }: UnitOfWork,
  { agreementId, state, licenseId, startsAt }: StoredSubscription,
  { at, licenseUpdated, isNew, isLaterUpdate }: Reasons,
): Promise<void> {
  const atOnce = { at, tries: 0 }
  if (state === 'scheduled' && startsAt !== null)
    await subscriptions.setAsk(agreementId, 'agreement', { at: startsAt, tries: 0 })
  else if (state !== 'pending') await subscriptions.setAsk(agreementId, 'agreement', null)
  else if (licenseUpdated && licenseId !== null) await subscriptions.setAsk(agreementId, 'agreement', atOnce)
  if (isNew || isLaterUpdate) await subscriptions.setAsk(agreementId, 'entitlements', atOnce)
}
