/** The seller's own AWS account, in which the queue is. */
export const sellerAccount = '111122223333'
/** Of the channel partner who makes the offer in the seller's stead. */
export const partnerAccount = '555566667777'
/** Of a seller who is somebody else. */
export const foreignAccount = '999988887777'

/** Ways in which a purchase can differ from the plainest. */
export type PurchaseOptions = {
  /** Bought through a channel partner: only the Manufacturer form of its events comes, and SearchAgreements does not find it. */
  readonly channelPartner: boolean
  /** The agreement begins this much later than it is made. */
  readonly startsInMs: number
  /** AWS's own example spells the license without `arn:` and `license:`. */
  readonly licenseSpelling: 'arn' | 'short'
  /** AWS's sample code reads `license.id`. */
  readonly licenseKey: 'arn' | 'id'
  /** Its events do not arrive. */
  readonly lost: boolean
  /** The account that its events name. */
  readonly eventsAccount: string
  /** GetEntitlements knows of the license only this much later than License Updated. */
  readonly entitlementLagMs: number
  /** 0 for a product that is paid by use. */
  readonly entitlementCount: number
}

export const usualPurchase: PurchaseOptions = {
  channelPartner: false,
  startsInMs: 0,
  licenseSpelling: 'arn',
  licenseKey: 'arn',
  lost: false,
  eventsAccount: sellerAccount,
  entitlementLagMs: 0,
  entitlementCount: 2,
}
