import type { Branding } from '../../domain/product.ts'
import type { Catalogue } from '../../i18n/languages.ts'

/** The buyer's list of purchases at AWS. Each has a “Set up your account” button that leads here. */
const subscriptionsUrl = 'https://console.aws.amazon.com/marketplace/home#/subscriptions'

/** The steps at AWS Marketplace that lead back here. `second`: the page offers another action first. */
export function wayBack({ marketplace }: Catalogue, { productName }: Branding, rank: 'first' | 'second'): object {
  return {
    second: rank === 'second',
    label: marketplace.pathLabel,
    steps: [
      ...['AWS Marketplace', marketplace.manageSubscriptions],
      ...(productName === null ? [] : [productName]),
      marketplace.setUpYourAccount,
    ],
    open: { href: subscriptionsUrl, text: marketplace.open },
  }
}
