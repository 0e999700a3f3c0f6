/**
 * The buyer from ResolveCustomer.
 * Source: https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_ResolveCustomer.html
 */
export type Customer = {
  /** The buyer's AWS account: digits, usually 12. A string, because it may begin with zeros. */
  readonly awsAccountId: string
  readonly productCode: string
  /** The purchased license. It identifies the registration. Opaque, up to about 1,230 characters. */
  readonly licenseArn: string | null
  /** Absent for products listed since July 2026. */
  readonly customerIdentifier: string | null
}

/** Values that the buyer's browser sent with the token. They are not signed, so they are stored as claims and never trusted. */
export type Claims = {
  readonly offerType: string | null
  readonly claimedAgreementId: string | null
  readonly claimedProductId: string | null
}

export type Resolution = {
  readonly customer: Customer
  /** AWS's request id, for AWS Support. */
  readonly awsRequestId: string | null
  /** The number of calls, retries included. */
  readonly attempts: number
  /** The time from the call to the response, in milliseconds. */
  readonly durationMs: number
}

/** Resolves a registration token at AWS Marketplace. Rejects with an `AppError`, never with an SDK error. */
export type ResolveCustomer = (token: string) => Promise<Resolution>
