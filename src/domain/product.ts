import type { PhoneField } from './contact.ts'
import type { OwnField } from './own-field.ts'

/** How pages and mails name a product and its seller, and where they link to. */
export type Branding = {
  /** Null where it is not known which product a page is about. */
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
  /** Whether the buyer gets mails. */
  readonly mailsBuyer: boolean
  /** Where the last page links to, in the seller's application. */
  readonly handoffUrl: string | null
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
  readonly listings: readonly Listing[]
  readonly phone: PhoneField
  readonly fields: readonly OwnField[]
  /** The seller's people who are notified by mail. */
  readonly notifyEmail: readonly string[]
}

/** The configured products. */
export type Products = {
  readonly all: readonly Product[]
  /** What the environment says, for pages about no product and for registrations of a product that left the file. */
  readonly unknown: Product
  /** The product with this product code; null for one that is not configured. */
  readonly find: (productCode: string) => Product | null
}

export function createProducts(all: readonly Product[], unknown: Product): Products {
  const byCode = new Map(all.flatMap((product) => product.listings.map(({ productCode }) => [productCode, product])))
  return { all, unknown, find: (productCode) => byCode.get(productCode) ?? null }
}

/** The product with this product code, or what the environment says where it is not configured or not known. */
export function productOf({ find, unknown }: Pick<Products, 'find' | 'unknown'>, productCode: string | null): Product {
  return (productCode === null ? null : find(productCode)) ?? unknown
}
