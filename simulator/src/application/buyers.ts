import { randomBytes } from 'node:crypto'
import { boundedMap } from '../bounded-map.ts'
import type { Known } from './landing-page.ts'

/** A buyer in the seller's application, from webhooks, handoffs and the API. */
export type Buyer = Known & {
  readonly reference: string
  /** When the landing page sent this: milliseconds since 1970. */
  readonly at: number
  /** True if the buyer is linked to an account of the application. */
  readonly isLinked: boolean
  /** Why the last attempt to mark the buyer as ready failed; null if it succeeded. */
  readonly error: string | null
}

export type Buyers = {
  /** Ignores older data, because webhooks can arrive late. Returns null without a reference. */
  readonly update: (known: Known, at: number) => Buyer | null
  readonly find: (reference: string) => Buyer | undefined
  readonly change: (reference: string, changes: Partial<Pick<Buyer, 'isLinked' | 'error'>>) => void
  /** Oldest first. */
  readonly list: () => readonly Buyer[]
  /** Returns an id for the page of a buyer who came through a handoff. Only that browser gets it. */
  readonly addArrival: (reference: string) => string
  readonly findArrival: (id: string) => Buyer | undefined
}

const keep = 200

export function createBuyers(): Buyers {
  const buyers = boundedMap<string, Buyer>(keep)
  const arrivals = boundedMap<string, string>(keep)
  return {
    update: ({ registration, subscription }, at) => {
      const { reference } = registration
      if (typeof reference !== 'string') return null
      const before = buyers.get(reference)
      if (before !== undefined && before.at > at) return before
      const buyer = {
        reference,
        registration,
        subscription,
        at,
        isLinked: before?.isLinked ?? false,
        error: before?.error ?? null,
      }
      buyers.set(reference, buyer)
      return buyer
    },
    find: buyers.get,
    change: (reference, changes) => {
      const buyer = buyers.get(reference)
      if (buyer !== undefined) buyers.set(reference, { ...buyer, ...changes })
    },
    list: buyers.values,
    addArrival: (reference) => {
      const id = randomBytes(16).toString('hex')
      arrivals.set(id, reference)
      return id
    },
    findArrival: (id) => buyers.get(arrivals.get(id) ?? ''),
  }
}
