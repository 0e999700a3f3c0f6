import type { Subscription } from './subscription.ts'

/** A row of `subscriptions` in the seller's format, with times as ISO 8601 in UTC. */
export type SubscriptionData = ReturnType<typeof subscriptionData>

export function subscriptionData(
  subscription: Subscription & { readonly checkedAt: Date | null; readonly updatedAt: Date },
) {
  const iso = (time: Date | null) => time?.toISOString() ?? null
  return {
    license_arn: subscription.licenseArn,
    license_id: subscription.licenseId,
    agreement_id: subscription.agreementId,
    initial_agreement_id: subscription.initialAgreementId,
    previous_agreement_id: subscription.previousAgreementId,
    product_code: subscription.productCode,
    product_id: subscription.productId,
    aws_account_id: subscription.awsAccountId,
    offer_id: subscription.offerId,
    state: subscription.state,
    starts_at: iso(subscription.startsAt),
    ends_at: iso(subscription.endsAt),
    advisory_at: iso(subscription.advisoryAt),
    activated_at: iso(subscription.activatedAt),
    ended_at: iso(subscription.endedAt),
    entitlements: subscription.entitlements,
    checked_at: iso(subscription.checkedAt),
    updated_at: iso(subscription.updatedAt),
    report_final_usage_by: iso(subscription.finalUsageBy),
  }
}
