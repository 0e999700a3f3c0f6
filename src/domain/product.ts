import type { PhoneField } from './contact.ts'
import type { OwnField } from './own-field.ts'

/** The color of pages and mails without an `accentColor`. White text on it is readable. */
export const defaultAccent = '#0b5cad'

/** The names and links of a product and its seller for pages and mails. */
export type Branding = {
  /** Null if the product of a page is not known. */
  readonly productName: string | null
  readonly sellerName: string
  readonly supportEmail: string | null
  readonly supportUrl: string | null
  readonly signInUrl: string
  readonly listingUrl: string | null
  readonly privacyUrl: string | null
  readonly termsUrl: string | null
  readonly logoUrl: string | null
  /** `#rrggbb`. Text uses a darker or lighter shade if this one is not readable. */
  readonly accentColor: string | null
  /** The promised response time. */
  readonly accessWithinHours: number
  /** True if MAIL_URL is set. */
  readonly mailsBuyer: boolean
  /** The URL in the seller's application that the last page links to. */
  readonly handoffUrl: string | null
}

/** A listing in AWS Marketplace. */
export type Listing = {
  readonly productCode: string
  /** `prod-…`; null if not configured. */
  readonly productId: string | null
}

/** A product that buyers may register for. */
export type Product = Branding & {
  /** Its name in the products file; null without a file. */
  readonly key: string | null
  readonly listings: readonly Listing[]
  readonly phone: PhoneField
  readonly fields: readonly OwnField[]
  /** The seller's staff who are notified by mail. */
  readonly notifyEmail: readonly string[]
}

/** The configured products. */
export type Products = {
  readonly all: readonly Product[]
  /** The environment's branding, for pages without a product and for registrations of a product that left the file. */
  readonly unknown: Product
  /** The product with this product code; null if not configured. */
  readonly find: (productCode: string) => Product | null
}

export function createProducts(all: readonly Product[], unknown: Product): Products {
  const byCode = new Map(all.flatMap((product) => product.listings.map(({ productCode }) => [productCode, product])))
  return { all, unknown, find: (productCode) => byCode.get(productCode) ?? null }
}

/** The branding of this product code, or the environment's if the code is not configured or not known. */
export function productOf({ find, unknown }: Pick<Products, 'find' | 'unknown'>, productCode: string | null): Product {
  return (productCode === null ? null : find(productCode)) ?? unknown
}
