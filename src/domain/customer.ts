/**
 * Who bought, as ResolveCustomer answered it.
 * Source: https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_ResolveCustomer.html
 */
export type Customer = {
  /** The buyer's AWS account: digits, 12 in practice. A string, because it may begin with zeros. */
  readonly awsAccountId: string
  readonly productCode: string
  /** The license that was bought. It identifies the registration. Opaque, up to about 1,230 characters. */
  readonly licenseArn: string | null
  /** Legacy: absent for products listed since July 2026. */
  readonly customerIdentifier: string | null
}

/** What the buyer's browser sent along with the token. It is not signed, so it is stored as a claim and never trusted. */
export type Claims = {
  readonly offerType: string | null
  readonly claimedAgreementId: string | null
  readonly claimedProductId: string | null
}

export type Resolution = {
  readonly customer: Customer
  /** AWS's own id of the call, for AWS Support. */
  readonly awsRequestId: string | null
  /** Calls made, retries included. */
  readonly attempts: number
  /** From the call to its answer, in milliseconds. */
  readonly durationMs: number
}

/** Resolves a registration token at AWS Marketplace. Rejects with an `AppError`, never with an SDK error. */
export type ResolveCustomer = (token: string) => Promise<Resolution>
