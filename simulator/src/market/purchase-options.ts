/** The seller's own AWS account, which has the queue. */
export const sellerAccount = '111122223333'
/** The account of the channel partner, who makes the offer instead of the seller. */
export const partnerAccount = '555566667777'
/** The account of another seller. */
export const foreignAccount = '999988887777'

/** Options of an unusual purchase. */
export type PurchaseOptions = {
  /** Only Manufacturer events are sent, and SearchAgreements does not return the agreement. */
  readonly channelPartner: boolean
  /** The time from the purchase to the start of the agreement. */
  readonly startsInMs: number
  /** `short`: without `arn:` and `license:`, as in AWS's own example. */
  readonly licenseSpelling: 'arn' | 'short'
  /** `id`: as in AWS's sample code. */
  readonly licenseKey: 'arn' | 'id'
  /** None of its events is sent. */
  readonly lost: boolean
  /** The account in its events. */
  readonly eventsAccount: string
  /** The time from License Updated until GetEntitlements answers. */
  readonly entitlementLagMs: number
  /** 0 for a purchase that is paid by use. */
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
