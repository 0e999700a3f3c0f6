import type { Branding } from '../../config/branding.ts'
import type { Catalogue } from '../../i18n/languages.ts'

/** The buyer's own list of purchases at AWS; each has the button that leads here. */
const subscriptionsUrl = 'https://console.aws.amazon.com/marketplace/home#/subscriptions'

/** The way back: from AWS Marketplace over the buyer's subscriptions to the button. `second`: the page offers another way first. */
export function wayBack({ marketplace }: Catalogue, { productName }: Branding, rank: 'first' | 'second'): object {
  return {
    second: rank === 'second',
    label: marketplace.pathLabel,
    steps: ['AWS Marketplace', marketplace.manageSubscriptions, productName, marketplace.setUpYourAccount],
    open: { href: subscriptionsUrl, text: marketplace.open },
  }
}
