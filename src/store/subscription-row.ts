import type { Selectable } from 'kysely'
import { z } from 'zod'
import type { StoredSubscription } from '../domain/subscription-rows.ts'
import type { SubscriptionsTable } from './schema.ts'

export const subscriptionColumns = [
  'agreement_id',
  'license_arn',
  'license_id',
  'initial_agreement_id',
  'previous_agreement_id',
  'product_code',
  'product_id',
  'aws_account_id',
  'offer_id',
  'state',
  'starts_at',
  'ends_at',
  'advisory_at',
  'activated_at',
  'ended_at',
  'entitlements',
  'checked_at',
  'updated_at',
  'final_usage_by',
  'basis',
  'answer',
  'notified_state',
  'notified_advisory_at',
  'update_due',
] as const
type Row = Pick<Selectable<SubscriptionsTable>, (typeof subscriptionColumns)[number]>

export function rowOf(subscription: StoredSubscription) {
  const { answer, entitlements, basis } = subscription
  return {
    agreement_id: subscription.agreementId,
    license_arn: subscription.licenseArn,
    license_id: subscription.licenseId,
    initial_agreement_id: subscription.initialAgreementId,
    previous_agreement_id: subscription.previousAgreementId,
    product_code: subscription.productCode,
    product_id: subscription.productId,
    aws_account_id: subscription.awsAccountId,
    offer_id: subscription.offerId,
    state: subscription.state,
    starts_at: subscription.startsAt,
    ends_at: subscription.endsAt,
    advisory_at: subscription.advisoryAt,
    activated_at: subscription.activatedAt,
    ended_at: subscription.endedAt,
    entitlements: entitlements === null ? null : JSON.stringify(entitlements),
    checked_at: subscription.checkedAt,
    updated_at: subscription.updatedAt,
    final_usage_by: subscription.finalUsageBy,
    basis: JSON.stringify(basis),
    answer: answer === null ? null : JSON.stringify(answer),
    notified_state: subscription.notifiedState,
    notified_advisory_at: subscription.notifiedAdvisoryAt,
    update_due: Number(subscription.updateDue),
  }
}

const text = z.string().nullable()
const time = z.coerce.date()
const storedAnswer = z.object({
  agreement: z.object({
    agreementId: z.string(),
    status: z.string(),
    startsAt: time.nullable(),
    endsAt: time.nullable(),
    awsAccountId: text,
    initialAgreementId: text,
    licenseArns: z.array(z.string()),
    productIds: z.array(z.string()),
  }),
  at: time,
})
const storedEntitlements = z.array(z.object({ dimension: z.string(), value: z.string(), expiresAt: text }))
const storedBasis = z.object({
  intent: text,
  agreedAt: time.nullable(),
  closedAt: time.nullable(),
  closedBy: z.enum(['event', 'answer', 'date']).nullable(),
  licensedAt: time.nullable(),
  isSoldByPartner: z.boolean(),
  previousAgreementId: text,
  initialAgreementId: text,
})

export function subscriptionOf(row: Row): StoredSubscription {
  const when = (value: Date | string | null) => (value === null ? null : new Date(value))
  return {
    agreementId: row.agreement_id,
    licenseArn: row.license_arn,
    licenseId: row.license_id,
    initialAgreementId: row.initial_agreement_id,
    previousAgreementId: row.previous_agreement_id,
    productCode: row.product_code,
    productId: row.product_id,
    awsAccountId: row.aws_account_id,
    offerId: row.offer_id,
    state: row.state,
    startsAt: when(row.starts_at),
    endsAt: when(row.ends_at),
    advisoryAt: when(row.advisory_at),
    activatedAt: when(row.activated_at),
    endedAt: when(row.ended_at),
    entitlements: row.entitlements === null ? null : storedEntitlements.parse(JSON.parse(row.entitlements)),
    checkedAt: when(row.checked_at),
    updatedAt: new Date(row.updated_at),
    finalUsageBy: when(row.final_usage_by),
    basis: storedBasis.parse(JSON.parse(row.basis)),
    answer: row.answer === null ? null : storedAnswer.parse(JSON.parse(row.answer)),
    notifiedState: row.notified_state,
    notifiedAdvisoryAt: when(row.notified_advisory_at),
    updateDue: row.update_due === 1,
  }
}
