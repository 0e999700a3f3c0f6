import { licenseIdOf, type AgreementEvent } from './aws-event.ts'
import type { Agreement, Entitlement } from './agreement.ts'

export const subscriptionStates = ['scheduled', 'pending', 'active', 'ending', 'superseded', 'ended'] as const
export type SubscriptionState = (typeof subscriptionStates)[number]

/** What is known of a purchase: one for each agreement. Null for what is not known. */
export type Subscription = {
  readonly agreementId: string
  readonly licenseArn: string | null
  /** The last part of the ARN, by which a registration is found. */
  readonly licenseId: string | null
  readonly initialAgreementId: string | null
  readonly previousAgreementId: string | null
  readonly productCode: string | null
  readonly productId: string | null
  readonly awsAccountId: string | null
  readonly offerId: string | null
  readonly state: SubscriptionState
  readonly startsAt: Date | null
  /** Null where it has no end, too. */
  readonly endsAt: Date | null
  readonly advisoryAt: Date | null
  readonly activatedAt: Date | null
  readonly endedAt: Date | null
  /** The last usage must be reported by then. */
  readonly finalUsageBy: Date | null
  /** Null until AWS named some. */
  readonly entitlements: readonly Entitlement[] | null
}

/** What AWS answered when it was asked of the agreement. */
export type Answer = { readonly agreement: Agreement; readonly at: Date }

/** All that a subscription follows from. */
export type Known = {
  readonly agreementId: string
  readonly events: readonly AgreementEvent[]
  readonly answer: Answer | null
  readonly entitlements: readonly Entitlement[] | null
  /** When it was first seen to be active. */
  readonly activatedAt: Date | null
}

export type Seller = {
  /** The AWS account of the queue; null where there is none. */
  readonly accountId: string | null
  readonly productCodes: readonly string[]
  /** The `prod-…` ids of the product codes, in their order; none where they are not configured. */
  readonly productIds: readonly string[]
}

/** AWS's spelling. Source: Agreement API, `AgreementStatus`. */
const supersededBy: ReadonlySet<string> = new Set(['RENEWED', 'REPLACED', 'SUPERSEDED'])
const endedBy: ReadonlySet<string> = new Set(['CANCELLED', 'EXPIRED', 'TERMINATED', 'ARCHIVED', 'ROLLED_BACK'])
const hourMs = 60 * 60_000

/**
 * What the stored events and AWS's answers come to: any order of the events and any repetition end the same. Null where only
 * an end is known of, which may be that of any product. Source: the AWS Marketplace Seller Guide on SaaS events.
 */
export function subscriptionOf(known: Known, seller: Seller, now: Date): Subscription | null {
  const { agreementId, answer, entitlements } = known
  const events = inOrder(known.events)
  const last = (kind: AgreementEvent['kind']) => events.findLast((event) => event.kind === kind)
  const agreement = answer?.agreement ?? null
  const created = last('created')
  const updated = last('license-updated')
  const deprovisioned = events.find(({ kind }) => kind === 'license-deprovisioned')
  const license = updated ?? deprovisioned
  if (agreement === null && created === undefined && license === undefined) return null

  const licenseArn = license?.licenseArn ?? agreement?.licenseArns[0] ?? null
  const productId = license?.productId ?? created?.productId ?? agreement?.productIds[0] ?? null
  const startsAt = agreement?.startsAt ?? created?.startsAt ?? null
  const ended = last('ended')
  const advisory = events.findLast(({ kind }) => kind === 'advisory-issued' || kind === 'advisory-resolved')

  const state = ((): SubscriptionState => {
    const answered = agreement?.status ?? ''
    if (supersededBy.has(ended?.status ?? answered)) return 'superseded'
    if (deprovisioned !== undefined) return 'ended'
    // What should have come within an hour was lost.
    const isOverdue = ended === undefined || now.getTime() - ended.time.getTime() >= hourMs
    if (endedBy.has(answered) && isOverdue) return 'ended'
    if (ended !== undefined) return 'ending'
    const isLicensed = updated !== undefined || (answered === 'ACTIVE' && licenseArn !== null)
    const isConfirmed = answered === 'ACTIVE' || isSoldByPartner(updated, seller)
    const hasStarted = startsAt === null || startsAt <= now
    if (!hasStarted) return 'scheduled'
    return isLicensed && isConfirmed ? 'active' : 'pending'
  })()
  const endedAt = deprovisioned?.time ?? (state === 'ended' ? (ended?.time ?? answer?.at ?? now) : null)
  const finalAt = earliest([state === 'superseded' ? null : (ended?.time ?? null), endedAt])

  return {
    agreementId,
    licenseArn,
    licenseId: licenseArn === null ? null : licenseIdOf(licenseArn),
    initialAgreementId: agreement?.initialAgreementId ?? null,
    previousAgreementId: created?.previousAgreementId ?? null,
    productCode: license?.productCode ?? codeOf(productId, seller),
    productId,
    awsAccountId: license?.awsAccountId ?? created?.awsAccountId ?? agreement?.awsAccountId ?? null,
    offerId: license?.offerId ?? created?.offerId ?? null,
    state,
    startsAt,
    endsAt: agreement === null ? (created?.endsAt ?? null) : agreement.endsAt,
    advisoryAt: advisory?.kind === 'advisory-issued' ? advisory.time : null,
    activatedAt: known.activatedAt ?? (state === 'active' ? now : null),
    endedAt,
    finalUsageBy: finalAt === null ? null : new Date(finalAt.getTime() + hourMs),
    entitlements,
  }
}

/** Whether it is of a product that is registered here; null while AWS has not said of which it is. */
export function isOurs(
  { productCode, productId }: Pick<Subscription, 'productCode' | 'productId'>,
  { productCodes, productIds }: Seller,
): boolean | null {
  if (productCode !== null) return productCodes.includes(productCode)
  return productId === null || productIds.length === 0 ? null : productIds.includes(productId)
}

/** It continues another agreement: a renewal or a replacement, and no new customer. */
export function continuesAnother({ agreementId, previousAgreementId, initialAgreementId }: Subscription): boolean {
  return previousAgreementId !== null || (initialAgreementId !== null && initialAgreementId !== agreementId)
}

/** A channel partner sells in the maker's stead: the maker's account finds no such agreement. */
function isSoldByPartner(updated: AgreementEvent | undefined, { accountId }: Seller): boolean {
  const proposer = updated?.proposerAccountId ?? null
  return accountId !== null && proposer !== null && proposer !== accountId
}

function codeOf(productId: string | null, { productIds, productCodes }: Seller): string | null {
  return productId === null ? null : (productCodes[productIds.indexOf(productId)] ?? null)
}

function earliest(times: readonly (Date | null)[]): Date | null {
  const known = times.filter((time) => time !== null).map(Number)
  return known.length === 0 ? null : new Date(Math.min(...known))
}

/** Of what came in the same second. */
const order: readonly AgreementEvent['kind'][] = [
  ...(['created', 'license-updated', 'advisory-issued', 'advisory-resolved'] as const),
  ...(['ended', 'license-deprovisioned', 'other'] as const),
]

/** Once each, by AWS's own time, which has whole seconds. */
function inOrder(events: readonly AgreementEvent[]): readonly AgreementEvent[] {
  const once = new Map(events.map((event) => [event.id, event]))
  const rank = ({ kind }: AgreementEvent) => order.indexOf(kind)
  return [...once.values()].sort(
    (a, b) => a.time.getTime() - b.time.getTime() || rank(a) - rank(b) || (a.id < b.id ? -1 : 1),
  )
}
