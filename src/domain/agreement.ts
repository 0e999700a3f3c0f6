/** An agreement from SearchAgreements. */
export type Agreement = {
  readonly agreementId: string
  /** AWS's spelling: `ACTIVE`, `CANCELLED`, … */
  readonly status: string
  readonly startsAt: Date | null
  /** A date in the year 9999 means no end; null if AWS returns none. */
  readonly endsAt: Date | null
  /** The buyer's account. */
  readonly awsAccountId: string | null
  /** The first agreement of a chain of renewals. */
  readonly initialAgreementId: string | null
  readonly licenseArns: readonly string[]
  readonly productIds: readonly string[]
}

/** The result of checking an agreement with AWS. */
export type Answer = { readonly agreement: Agreement; readonly at: Date }

/** The pages of a SearchAgreements call, up to a limit. Each page rejects with an `AppError`. */
export type SearchAgreements = (
  filter: { readonly licenseArn: string } | { readonly productId: string },
) => AsyncIterable<readonly Agreement[]>

export type Entitlement = { readonly dimension: string; readonly value: string; readonly expiresAt: string | null }

/** Empty for products with usage pricing only, and until AWS has propagated a change. Rejects with an `AppError`. */
export type GetEntitlements = (productCode: string, licenseArn: string) => Promise<readonly Entitlement[]>
