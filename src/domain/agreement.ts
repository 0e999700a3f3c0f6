/** An agreement as SearchAgreements answered it. */
export type Agreement = {
  readonly agreementId: string
  /** AWS's spelling: `ACTIVE`, `CANCELLED`, … */
  readonly status: string
  readonly startsAt: Date | null
  /** Null where it has no end. */
  readonly endsAt: Date | null
  /** The buyer. */
  readonly awsAccountId: string | null
  /** The same through a chain of renewals. */
  readonly initialAgreementId: string | null
  readonly licenseArns: readonly string[]
  readonly productIds: readonly string[]
}

export type Entitlement = { readonly dimension: string; readonly value: string; readonly expiresAt: string | null }
