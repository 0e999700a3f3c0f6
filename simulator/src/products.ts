import { createHash } from 'node:crypto'

/** A product of AWS Marketplace. */
export type Product = { readonly code: string; readonly id: string; readonly title: string }

/** Options of a product. Without an id, one is derived from the code. */
export type ProductOptions = { readonly code: string; readonly id?: string; readonly title?: string }

export const defaultProduct = { code: 'simulatedproductcode00001', title: 'Example Analytics' }

export type Catalog = {
  /** The seller's products. The first one is the default. */
  readonly products: readonly [Product, ...Product[]]
  /** Also finds products of other sellers: every code has one. */
  readonly find: (code: string) => Product
}

export function createCatalog([first = defaultProduct, ...rest]: readonly ProductOptions[]): Catalog {
  const products: readonly [Product, ...Product[]] = [productOf(first), ...rest.map(productOf)]
  return {
    products,
    find: (code) => products.find((product) => product.code === code) ?? productOf({ code }),
  }
}

/** Derives the id from the product code, so that a script can know it in advance. */
export function productIdFor(productCode: string): string {
  const number = createHash('sha256').update(productCode).digest().readBigUInt64BE()
  return `prod-${number.toString(36).padStart(13, '0').slice(-13)}`
}

function productOf({ code, id = productIdFor(code), title = code }: ProductOptions): Product {
  return { code, id, title }
}
