type Extras = {
  readonly offerType: string | null
  /** What the undocumented fields claim; null leaves them out. */
  readonly claims: { readonly fulfillmentUrl: string; readonly agreementId: string; readonly productId: string } | null
}

/** The fields of the form that AWS Marketplace has the buyer's browser post. */
export function redirectFields(token: string, { offerType, claims }: Extras): Readonly<Record<string, string>> {
  return {
    'x-amzn-marketplace-token': token,
    ...(offerType !== null && { 'x-amzn-marketplace-offer-type': offerType }),
    ...(claims !== null && {
      'x-amzn-marketplace-agreement-id': claims.agreementId,
      'x-amzn-marketplace-product-id': claims.productId,
      'x-amzn-marketplace-fulfillment-url': claims.fulfillmentUrl,
    }),
  }
}
