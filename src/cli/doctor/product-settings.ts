import type { Product } from '../../domain/product.ts'

/** The links that buyers see, with their names in the products file. */
export const linkSettings = {
  sign_in_url: 'signInUrl',
  support_url: 'supportUrl',
  listing_url: 'listingUrl',
  privacy_url: 'privacyUrl',
  terms_url: 'termsUrl',
  logo_url: 'logoUrl',
  handoff_url: 'handoffUrl',
} as const satisfies Readonly<Record<string, keyof Product>>

/** The path of a setting in the products file. */
export function settingPath({ key }: Pick<Product, 'key'>, setting: string): string {
  return `products.${key ?? ''}.${setting}`
}

/** All texts that buyers see. */
export const textSettings = {
  product_name: 'productName',
  seller_name: 'sellerName',
  support_email: 'supportEmail',
  ...linkSettings,
} as const satisfies Readonly<Record<string, keyof Product>>
