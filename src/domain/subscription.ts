import type { Answer, Entitlement } from './agreement.ts'
import { agreementTerms } from './agreement-terms.ts'
import type { AwsEventFacts } from './aws-event.ts'
import { inOrder } from './aws-event-order.ts'
import { licenseIdOf } from './license.ts'
import { isOurs, productCodeOf, type Seller } from './seller.ts'
import { stateOf, type ClosedBy, type SubscriptionState } from './subscription-state.ts'

/** A purchase: one for each agreement. Null for values that are not known. */
export type Subscription = {
  readonly agreementId: string
  readonly licenseArn: string | null
  /** The last part of the ARN, which identifies the registration. */
  readonly licenseId: string | null
  readonly initialAgreementId: string | null
  readonly previousAgreementId: string | null
  readonly productCode: string | null
  readonly productId: string | null
  readonly awsAccountId: string | null
  readonly offerId: string | null
  readonly state: SubscriptionState
  readonly startsAt: Date | null
  /** Null also if there is no end. */
  readonly endsAt: Date | null
  readonly advisoryAt: Date | null
  readonly activatedAt: Date | null
  readonly endedAt: Date | null
  /** The last usage must be reported by this time. */
  readonly finalUsageBy: Date | null
  /** Null until AWS has returned some. */
  readonly entitlements: readonly Entitlement[] | null
  readonly basis: Basis
}

/** Values that are not public but needed to compute the others. */
type Basis = {
  readonly intent: string | null
  /** The times when the agreement was made and when it ended. */
  readonly agreedAt: Date | null
  readonly closedAt: Date | null
  readonly closedBy: ClosedBy | null
  /** The time when the license became known here. */
  readonly licensedAt: Date | null
  readonly isSoldByPartner: boolean
  /** The agreements that it continues, if AWS returns them. */
  readonly previousAgreementId: string | null
  readonly initialAgreementId: string | null
}

/** The input for computing a subscription. */
type Known = {
  readonly agreementId: string
  readonly events: readonly AwsEventFacts[]
  readonly answer: Answer | null
  readonly entitlements: readonly Entitlement[] | null
  /** The previous result, because some columns are times of first observation. */
  readonly before: Subscription | null
}

const hourMs = 60 * 60_000

/**
 * Computes the subscription from the stored events and AWS's responses. The order and repetition of events do not matter. Null
 * while too little is known. Source: AWS Marketplace Seller Guide, events of SaaS products.
 */
export function subscriptionOf(known: Known, seller: Seller, now: Date): Subscription | null {
  const { agreementId, answer, entitlements, before } = known
  const events = inOrder(known.events)
  const agreement = answer?.agreement ?? null
  const first = (kind: AwsEventFacts['kind']) => events.find((event) => event.kind === kind)
  const latest = <Key extends keyof AwsEventFacts>(key: Key) =>
    events.findLast((event) => event[key] !== null)?.[key] ?? null

  const product = productOf(latest, agreement?.productIds ?? [], seller)
  const created = first('created')
  const updated = first('license-updated')
  const deprovisioned = first('license-deprovisioned')
  const ended = events.findLast(({ kind }) => kind === 'ended')
  const advisory = events.findLast(({ kind }) => kind === 'advisory-issued' || kind === 'advisory-resolved')
  const isKnown = agreement !== null || [created, updated, deprovisioned].some((event) => event !== undefined)
  if (!isKnown && (advisory === undefined || isOurs(product, seller) !== true)) return null

  const licenseArn = latest('licenseArn') ?? agreement?.licenseArns[0] ?? null
  const isLicensed = licenseArn !== null && (updated !== undefined || agreement?.status === 'ACTIVE')
  const licensedAt = before?.basis.licensedAt ?? (isLicensed ? now : null)
  const { startsAt, endsAt, hasStarted, hadEndedAt } = agreementTerms(events, answer, now)
  const isSoldByPartner = isPartner(latest('proposerAccountId'), seller)
  const { state, closedBy } = stateOf(
    {
      ended,
      isLicensed,
      hasStarted,
      endsAt,
      isSoldByPartner,
      isDeprovisioned: deprovisioned !== undefined,
      status: agreement?.status ?? null,
      hadEnded: licensedAt !== null && hadEndedAt(licensedAt),
    },
    now,
  )
  const endEvents = [state === 'superseded' ? null : ended?.time, deprovisioned?.time]
  const finalAt = earliest(endEvents)
  // If only AWS's response shows the end, `endedAt` is when this app first saw it.
  const seenEndedAt = closedBy === 'date' ? endsAt : (ended?.time ?? before?.endedAt ?? answer?.at ?? now)

  return {
    agreementId,
    licenseArn,
    licenseId: licenseArn === null ? null : licenseIdOf(licenseArn),
    ...product,
    initialAgreementId: agreement?.initialAgreementId ?? null,
    previousAgreementId: latest('previousAgreementId'),
    awsAccountId: latest('awsAccountId') ?? agreement?.awsAccountId ?? null,
    offerId: latest('offerId'),
    state,
    startsAt,
    endsAt,
    advisoryAt: advisory?.kind === 'advisory-issued' ? advisory.time : null,
    activatedAt: before?.activatedAt ?? (state === 'active' ? now : null),
    endedAt: deprovisioned?.time ?? (state === 'ended' ? seenEndedAt : null),
    finalUsageBy: finalAt === null ? null : new Date(finalAt.getTime() + hourMs),
    entitlements,
    basis: {
      intent: created?.intent ?? null,
      agreedAt: created?.time ?? updated?.time ?? startsAt,
      closedAt: earliest([ended?.time, deprovisioned?.time]) ?? (closedBy === null ? null : (endsAt ?? seenEndedAt)),
      closedBy,
      licensedAt,
      isSoldByPartner,
      previousAgreementId: latest('previousAgreementId'),
      initialAgreementId: agreement?.initialAgreementId ?? null,
    },
  }
}

type Latest = (key: 'productCode' | 'productId') => string | null

/** The product of an event, otherwise the product in AWS's response that registers here. */
function productOf(latest: Latest, answered: readonly string[], seller: Seller) {
  const ours = answered.find((productId) => isOurs({ productCode: null, productId }, seller) === true)
  const productId = latest('productId') ?? ours ?? answered[0] ?? null
  return { productId, productCode: latest('productCode') ?? productCodeOf(productId, seller) }
}

/** True if a channel partner made the offer. SearchAgreements does not return such an agreement to the product's owner. */
function isPartner(proposerAccountId: string | null, { accountId }: Seller): boolean {
  return accountId !== null && proposerAccountId !== null && proposerAccountId !== accountId
}

function earliest(times: readonly (Date | null | undefined)[]): Date | null {
  const known = times.flatMap((time) => time?.getTime() ?? [])
  return known.length === 0 ? null : new Date(Math.min(...known))
}
