import { randomBytes } from 'node:crypto'
import { boundedMap } from '../bounded-map.ts'
import type { Known } from './landing-page.ts'

/** A buyer as the seller's application knows them, from webhooks, handoffs and the API. */
export type Buyer = Known & {
  readonly reference: string
  /** Milliseconds since 1970: when the landing page said this. */
  readonly at: number
  /** Linked with an account of the application. */
  readonly isLinked: boolean
  /** Why the last attempt to mark the buyer as ready failed; null when it did not. */
  readonly problem: string | null
}

export type Buyers = {
  /** Keeps what is newest, because webhooks can arrive late. Null without a reference. */
  readonly learn: (known: Known, at: number) => Buyer | null
  readonly find: (reference: string) => Buyer | undefined
  readonly change: (reference: string, changes: Partial<Pick<Buyer, 'isLinked' | 'problem'>>) => void
  /** Oldest first. */
  readonly list: () => readonly Buyer[]
  /** An id for the page of a buyer who came by a handoff. Only that browser knows it. */
  readonly arrive: (reference: string) => string
  readonly arrived: (id: string) => Buyer | undefined
}

const keep = 200

export function createBuyers(): Buyers {
  const buyers = boundedMap<string, Buyer>(keep)
  const arrivals = boundedMap<string, string>(keep)
  return {
    learn: ({ registration, subscription }, at) => {
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
        problem: before?.problem ?? null,
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
    arrive: (reference) => {
      const id = randomBytes(16).toString('hex')
      arrivals.set(id, reference)
      return id
    },
    arrived: (id) => buyers.get(arrivals.get(id) ?? ''),
  }
}
