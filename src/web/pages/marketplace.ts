import type { Branding } from '../../domain/product.ts'
import type { Catalog } from '../../i18n/languages.ts'

/** The steps in AWS Marketplace that lead back here. `second`: the page offers another action first. */
export function wayBack(
  { marketplace }: Catalog,
  { productName, purchasesUrl }: Pick<Branding, 'productName'> & { readonly purchasesUrl: string },
  rank: 'first' | 'second',
): object {
  return {
    second: rank === 'second',
    label: marketplace.pathLabel,
    steps: [
      'AWS Marketplace',
      marketplace.manageSubscriptions,
      ...(productName === null ? [] : [productName]),
      marketplace.setUpYourAccount,
    ],
    open: { href: purchasesUrl, text: marketplace.open },
  }
}
