import { randomId } from './customer.ts'

type Extras = {
  readonly offerType: string | null
  /** The fulfillment URL to claim, with made-up agreement and product ids; null leaves these fields out. */
  readonly claimsFor: string | null
}

/** The fields of the form that AWS Marketplace has the buyer's browser post. */
export function redirectFields(token: string, { offerType, claimsFor }: Extras): Readonly<Record<string, string>> {
  return {
    'x-amzn-marketplace-token': token,
    ...(offerType !== null && { 'x-amzn-marketplace-offer-type': offerType }),
    ...(claimsFor !== null && {
      'x-amzn-marketplace-agreement-id': `agmt-${randomId(25)}`,
      'x-amzn-marketplace-product-id': `prod-${randomId(13)}`,
      'x-amzn-marketplace-fulfillment-url': claimsFor,
    }),
  }
}
