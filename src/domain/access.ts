import type { Products } from './product.ts'

const hourMs = 60 * 60_000

/** The promised time: `withinHours` after `begin`, rounded up to the full hour. */
export function accessDueAt(begin: Date, withinHours: number): Date {
  return new Date(Math.ceil(begin.getTime() / hourMs + withinHours) * hourMs)
}

/** The promised time counts from the registration, or from the start of a subscription that starts later. */
export function promiseBegins(registeredAt: Date, startsAt: Date | null): Date {
  return startsAt !== null && startsAt > registeredAt ? startsAt : registeredAt
}

/** A buyer whose promised time began by this time is overdue. Each product has its own promised time. */
export type OverdueLimits = {
  readonly ofProducts: readonly { readonly productCodes: readonly string[]; readonly begunBy: Date }[]
  /** For products that are not configured. */
  readonly otherwise: Date
}

/** The latest beginnings of promised times that have passed. */
export function overdueLimits({ all, unknown }: Products, now: Date): OverdueLimits {
  const limit = (withinHours: number) => new Date((Math.floor(now.getTime() / hourMs) - withinHours) * hourMs)
  return {
    ofProducts: all.map(({ listings, accessWithinHours }) => ({
      productCodes: listings.map(({ productCode }) => productCode),
      begunBy: limit(accessWithinHours),
    })),
    otherwise: limit(unknown.accessWithinHours),
  }
}
