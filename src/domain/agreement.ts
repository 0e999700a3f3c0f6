/** An agreement as SearchAgreements answered it. */
export type Agreement = {
  readonly agreementId: string
  /** AWS's spelling: `ACTIVE`, `CANCELLED`, … */
  readonly status: string
  readonly startsAt: Date | null
  /** A date in the year 9999 means that the agreement has no end; null where AWS does not say. */
  readonly endsAt: Date | null
  /** The buyer's account. */
  readonly awsAccountId: string | null
  /** The first agreement of a chain of renewals. */
  readonly initialAgreementId: string | null
  readonly licenseArns: readonly string[]
  readonly productIds: readonly string[]
}

/** What AWS answered when it was asked about an agreement. */
export type Answer = { readonly agreement: Agreement; readonly at: Date }

/** The pages of what SearchAgreements finds, up to a bound. Each page rejects with an `AppError`. */
export type SearchAgreements = (
  filter: { readonly licenseArn: string } | { readonly productId: string },
) => AsyncIterable<readonly Agreement[]>

export type Entitlement = { readonly dimension: string; readonly value: string; readonly expiresAt: string | null }

/** Empty for products that are paid by use only, and until AWS has spread a change. Rejects with an `AppError`. */
export type GetEntitlements = (productCode: string, licenseArn: string) => Promise<readonly Entitlement[]>
