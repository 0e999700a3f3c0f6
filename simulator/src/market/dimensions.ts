import type { Purchase } from './purchase.ts'

/** A pricing dimension of a contract and the quantity that the buyer bought. */
type Dimension = { readonly name: string; readonly quantity: number }

/** Seats, projects, then numbered dimensions. None for a purchase that is paid by use. */
export function dimensionsOf({ options, seats }: Purchase): readonly Dimension[] {
  return Array.from({ length: options.entitlementCount }, (_, index) => ({
    name: ['seats', 'projects'][index] ?? `dimension-${(index + 1).toString()}`,
    quantity: index === 0 ? seats : 3,
  }))
}
