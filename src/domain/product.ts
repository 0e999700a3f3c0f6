import type { OwnField } from './own-field.ts'

/** What pages and mails show of a seller and, once it is known, of a product. */
export type Branding = {
  /** Null until it is known which product a page is about. */
  readonly productName: string | null
  readonly sellerName: string
  readonly supportEmail: string | null
  readonly supportUrl: string | null
  readonly signInUrl: string
  readonly listingUrl: string | null
  readonly privacyUrl: string | null
  readonly termsUrl: string | null
  readonly logoUrl: string | null
  /** `#rrggbb`. Text gets a darker or lighter shade of it where it could not be read. */
  readonly accentColor: string | null
  /** The promised response time. */
  readonly accessWithinHours: number
}

/** A listing in AWS Marketplace. */
export type Listing = {
  readonly productCode: string
  /** `prod-…`; null where it is not configured. */
  readonly productId: string | null
}

/** A product that buyers may register for. */
export type Product = Branding & {
  /** Its name in the products file; null where there is no file. */
  readonly key: string | null
  readonly productName: string
  readonly listings: readonly Listing[]
  readonly phone: 'off' | 'optional' | 'required'
  readonly fields: readonly OwnField[]
  /** Where the last page leads, in the seller's application. */
  readonly handoffUrl: string | null
  /** The seller's people who are notified by mail. */
  readonly notifyEmail: readonly string[]
}

/** The configured products. */
export type Products = {
  readonly all: readonly Product[]
  /** The branding of the environment, for pages that are about no known product. */
  readonly branding: Branding
  /** The product with this product code; null for a product that is not configured, or no longer. */
  readonly find: (productCode: string) => Product | null
}

export function createProducts(all: readonly Product[], branding: Branding): Products {
  const byCode = new Map(all.flatMap((product) => product.listings.map(({ productCode }) => [productCode, product])))
  return { all, branding, find: (productCode) => byCode.get(productCode) ?? null }
}
