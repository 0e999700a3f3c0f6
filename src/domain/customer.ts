/**
 * Who bought, as ResolveCustomer answered it.
 * Source: https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_ResolveCustomer.html
 */
export type Customer = {
  /** The buyer's AWS account: digits, 12 in practice. A string, for it may begin with zeros. */
  readonly awsAccountId: string
  readonly productCode: string
  /** The license bought; what identifies a registration. Opaque, up to about 1,230 characters. */
  readonly licenseArn: string | null
  /** Legacy: absent for products listed since July 2026. */
  readonly customerIdentifier: string | null
}

/** What the buyer's browser said on the way in. Unsigned, so kept as a claim and never trusted. */
export type Claims = {
  readonly offerType: string | null
  readonly claimedAgreementId: string | null
  readonly claimedProductId: string | null
}
