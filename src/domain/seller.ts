import type { Listing } from './product.ts'

export type Seller = {
  /** The AWS account of the queue; null without a queue. */
  readonly accountId: string | null
  readonly listings: readonly Listing[]
}

type Product = { readonly productCode: string | null; readonly productId: string | null }

/** True if a product registers here; null while too little is known. */
export function isOurs({ productCode, productId }: Product, { listings }: Seller): boolean | null {
  if (productCode !== null) return listings.some((listing) => listing.productCode === productCode)
  if (productId === null) return null
  if (listings.some((listing) => listing.productId === productId)) return true
  return listings.some((listing) => listing.productId === null) ? null : false
}

export function productCodeOf(productId: string | null, { listings }: Seller): string | null {
  if (productId === null) return null
  return listings.find((listing) => listing.productId === productId)?.productCode ?? null
}
