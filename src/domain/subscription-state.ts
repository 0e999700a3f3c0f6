import type { AwsEventFacts } from './aws-event.ts'

export const subscriptionStates = ['scheduled', 'pending', 'active', 'ending', 'superseded', 'ended'] as const
export type SubscriptionState = (typeof subscriptionStates)[number]

/** How the end of an agreement is known: by an event, by AWS's response, or only by its end date. */
export type ClosedBy = 'event' | 'answer' | 'date'

type Circumstances = {
  /** The newest Purchase Agreement Ended event. */
  readonly ended: AwsEventFacts | undefined
  readonly isDeprovisioned: boolean
  /** The last status from AWS, in AWS's spelling; null if it was not checked or not found. */
  readonly status: string | null
  readonly isLicensed: boolean
  /** True if the end date had passed when the license became known here. */
  readonly hadEnded: boolean
  readonly hasStarted: boolean
  readonly endsAt: Date | null
  readonly isSoldByPartner: boolean
}

/** AWS's spelling. Source: Agreement API, `AgreementStatus`. */
const supersededBy: ReadonlySet<string> = new Set(['RENEWED', 'REPLACED', 'SUPERSEDED'])
const endedBy: ReadonlySet<string> = new Set(['CANCELLED', 'EXPIRED', 'TERMINATED', 'ARCHIVED', 'ROLLED_BACK'])
const hourMs = 60 * 60_000
/** After its end date, an agreement without an end event counts as active for this time. */
export const endGraceMs = 24 * hourMs

export function stateOf(
  { ended, isDeprovisioned, isLicensed, hadEnded, hasStarted, endsAt, isSoldByPartner, ...given }: Circumstances,
  now: Date,
): { readonly state: SubscriptionState; readonly closedBy: ClosedBy | null } {
  const status = given.status ?? ''
  const closed = (state: SubscriptionState, closedBy: ClosedBy) => ({ state, closedBy })
  const open = (state: SubscriptionState) => ({ state, closedBy: null })

  if (ended !== undefined && supersededBy.has(ended.status ?? '')) return closed('superseded', 'event')
  if (ended === undefined && supersededBy.has(status)) return closed('superseded', 'answer')
  if (isDeprovisioned) return closed('ended', 'event')
  // License Deprovisioned usually comes within an hour of the end. After this time it counts as lost.
  const isOverdue = ended === undefined || now.getTime() - ended.time.getTime() >= hourMs
  if (endedBy.has(status) && isOverdue) return closed('ended', ended === undefined ? 'answer' : 'event')
  if (ended !== undefined) return closed('ending', 'event')
  if (isLicensed && hadEnded) return closed('ended', 'date')
  if (!hasStarted) return open('scheduled')
  if (!isLicensed || !(status === 'ACTIVE' || isSoldByPartner)) return open('pending')
  if (endsAt !== null && now.getTime() - endsAt.getTime() >= endGraceMs) return closed('ending', 'date')
  return open('active')
}
