import { boundedMap } from '../bounded-map.ts'
import type { Clock } from '../clock.ts'
import type { Product } from '../products.ts'
import type { ScenarioName } from '../scenarios/scenarios.ts'
import { newLicenseArn, type SimulatedCustomer } from '../tokens/customer.ts'
import type { Bus, Sending } from './bus.ts'
import { created, type EventBody } from './event-bodies.ts'
import {
  applyEvent,
  deprovisionAfterMs,
  type EventDetails,
  type EventName,
  isFollowedByDeprovision,
} from './purchase-events.ts'
import { type PurchaseOptions, usualPurchase } from './purchase-options.ts'
import { accept, newPurchase, type Purchase } from './purchase.ts'

/**
 * The events that were sent, and the purchase that continues this one after `renew` or `replace`.
 */
type Applied = { readonly events: readonly EventBody[]; readonly successor: Purchase | null }

export type Market = {
  /** The customer's existing purchase, or a new one that starts with `make`. */
  readonly prepare: (order: Ordered) => Purchase
  /** The buyer accepts: the purchase is listed, its agreement is ACTIVE, and Created is sent. */
  readonly make: (purchase: Purchase) => void
  readonly find: (id: string) => Purchase | undefined
  /** Oldest first. */
  readonly list: () => readonly Purchase[]
  readonly apply: (purchase: Purchase, event: EventName, how: Sending & EventDetails) => Applied
}

type Ordered = {
  readonly scenario: ScenarioName
  readonly customer: SimulatedCustomer
  readonly options: Partial<PurchaseOptions>
}

type Deps = {
  readonly clock: Clock
  readonly bus: Bus
  readonly log: (line: string) => void
  /** How many purchases are kept. */
  readonly keep: number
  readonly findProduct: (code: string) => Product
  /** Milliseconds from a purchase to License Updated; null if it is sent only on request. */
  readonly activateAfterMs: number | null
}

/** All purchases and their events. */
export function createMarket({ clock, bus, log, keep, findProduct, activateAfterMs }: Deps): Market {
  const purchases = boundedMap<string, Purchase>(keep)
  const byCustomer = boundedMap<string, Purchase>(keep)

  function make(purchase: Purchase): void {
    if (purchases.get(purchase.id) !== undefined) return
    purchases.set(purchase.id, purchase)
    accept(purchase, clock.now())
    bus.send([created(purchase, clock.now())], purchase, {})
    if (activateAfterMs === null) return
    clock.after(activateAfterMs, () => {
      if (purchase.state === 'pending') apply(purchase, 'activate', {})
    })
  }

  /** A purchase of the same buyer with an agreement and a license of its own. */
  function successorOf(purchase: Purchase, intent: 'RENEW' | 'REPLACE'): Purchase {
    const { awsAccountId, customerIdentifier, scenario, product } = purchase
    const customer = { awsAccountId, productCode: product.code, customerIdentifier, licenseArn: newLicenseArn() }
    const options = { ...purchase.options, startsInMs: 0 }
    const continues = { purchase, intent }
    const successor = newPurchase({ scenario, product, customer, options, now: clock.now(), continues })
    purchases.set(successor.id, successor)
    byCustomer.set(keyOf(customer), successor)
    return successor
  }

  function apply(purchase: Purchase, event: EventName, how: Sending & EventDetails): Applied {
    const now = clock.now()
    const intent = event === 'renew' ? 'RENEW' : event === 'replace' ? 'REPLACE' : null
    const successor = intent === null ? null : successorOf(purchase, intent)
    const first = successor === null ? [] : [created(successor, now), ...applyEvent.activate(successor, now, {})]
    const events = [...first, ...applyEvent[event](purchase, now, how)]
    bus.send(events, purchase, how)
    log(`${purchase.id}: ${event}, now ${purchase.state}`)
    if (isFollowedByDeprovision(event)) {
      clock.after(deprovisionAfterMs, () => {
        if (purchase.state !== 'deprovisioned') apply(purchase, 'deprovision', {})
      })
    }
    return { events, successor }
  }

  return {
    make,
    apply,
    find: purchases.get,
    list: purchases.values,
    prepare: ({ scenario, customer, options }) => {
      const known = byCustomer.get(keyOf(customer))
      if (known !== undefined) return known
      const product = findProduct(customer.productCode)
      const all = { ...usualPurchase, ...options }
      const purchase = newPurchase({ scenario, product, customer, options: all, now: clock.now() })
      byCustomer.set(keyOf(customer), purchase)
      return purchase
    },
  }
}

function keyOf({ awsAccountId, productCode, licenseArn }: SimulatedCustomer): string {
  return [productCode, awsAccountId, licenseArn ?? ''].join(' ')
}
