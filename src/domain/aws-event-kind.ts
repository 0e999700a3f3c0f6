/** Kinds by detail-type without its role suffix. Source: AWS Marketplace Seller Guide, "Amazon EventBridge events". */
const kinds = {
  'Purchase Agreement Created': 'created',
  'Purchase Agreement Amended': 'amended',
  'Purchase Agreement Ended': 'ended',
  'Purchase Agreement Advisory Issued': 'advisory-issued',
  'Purchase Agreement Advisory Resolved': 'advisory-resolved',
  'License Updated': 'license-updated',
  'License Deprovisioned': 'license-deprovisioned',
} as const

const notices =
  /\b(?:Agreement Ending|Renewal Upcoming|Cancellation Request|Billing Adjustment|Spend Threshold)\b(?!.* - Acceptor$)/

/** `notice`: changes no subscription, but the seller is notified. `other`: is only stored. */
export const awsEventKinds = [...Object.values(kinds), 'notice', 'other'] as const
export type AwsEventKind = (typeof awsEventKinds)[number]

/** The detail-types that change a subscription, without the role suffix. */
export const eventTypes: readonly string[] = Object.keys(kinds)

/** Does not remove the suffix ` - Acceptor`, which marks a purchase that the seller made itself. */
export function withoutRole(detailType: string): string {
  return detailType.replace(/ - (?:Manufacturer|Proposer)$/, '')
}

export function awsEventKind(detailType: string): AwsEventKind {
  const type = withoutRole(detailType)
  const known = Object.entries(kinds).find(([name]) => name === type)?.[1]
  return known ?? (notices.test(detailType) ? 'notice' : 'other')
}
