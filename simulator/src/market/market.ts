import { boundedMap } from '../bounded-map.ts'
import type { Clock } from '../clock.ts'
import { newLicenseArn, type SimulatedCustomer } from '../tokens/customer.ts'
import type { ScenarioName } from '../scenarios/scenarios.ts'
import type { Bus, Sending } from './bus.ts'
import { created, type Envelope } from './envelopes.ts'
import { follows, type Move, type MoveDetails, moves, refusal } from './moves.ts'
import { accept, newPurchase, productIdFor, type Purchase } from './purchase.ts'
import { type PurchaseOptions, usualPurchase } from './purchase-options.ts'

export type Moved = { readonly events: readonly Envelope[]; readonly successor: Purchase | null }

export type Market = {
  /** The customer's purchase: the one that is there, or one that is only made by `make`. */
  readonly prepare: (order: Ordered) => Purchase
  /** The buyer accepts: from now on the purchase is listed, its agreement active, its Created event on its way. */
  readonly make: (purchase: Purchase) => void
  readonly find: (id: string) => Purchase | undefined
  /** Oldest first. */
  readonly list: () => readonly Purchase[]
  /** Why this cannot happen to the purchase now; null when it can. */
  readonly refusal: (purchase: Purchase, move: Move) => string | null
  readonly move: (purchase: Purchase, move: Move, how: Sending & MoveDetails) => Moved
}

export type Ordered = {
  readonly scenario: ScenarioName
  readonly customer: SimulatedCustomer
  readonly options: Partial<PurchaseOptions>
}

type Deps = {
  readonly clock: Clock
  readonly bus: Bus
  readonly log: (line: string) => void
  readonly keep: number
  readonly product: { readonly code: string; readonly id: string | null }
  /** License Updated follows a purchase by itself after this long; null leaves it to whoever asks. */
  readonly activateAfterMs: number | null
}

/** License Deprovisioned follows the end of an agreement. */
const deprovisionAfterMs = 30_000

/** All purchases, and what becomes of them. */
export function createMarket({ clock, bus, log, keep, product, activateAfterMs }: Deps): Market {
  const purchases = boundedMap<string, Purchase>(keep)
  const byCustomer = boundedMap<string, Purchase>(keep)

  function make(purchase: Purchase): void {
    if (purchases.get(purchase.id) !== undefined) return
    purchases.set(purchase.id, purchase)
    accept(purchase, clock.now())
    bus.send([created(purchase, clock.now())], purchase, {})
    if (activateAfterMs === null) return
    clock.after(activateAfterMs, () => {
      if (purchase.state === 'pending') move(purchase, 'activate', {})
    })
  }

  function continued(purchase: Purchase, intent: 'RENEW' | 'REPLACE'): Purchase {
    const { awsAccountId, productCode, customerIdentifier, scenario, productId } = purchase
    const customer = { awsAccountId, productCode, customerIdentifier, licenseArn: newLicenseArn() }
    const options = { ...purchase.options, startsInMs: 0 }
    const continues = { purchase, intent }
    const successor = newPurchase({ scenario, customer, productId, options, now: clock.now(), continues })
    purchases.set(successor.id, successor)
    byCustomer.set(keyOf({ ...customer }), successor)
    return successor
  }

  function move(purchase: Purchase, name: Move, how: Sending & MoveDetails): Moved {
    const now = clock.now()
    const intent = name === 'renew' ? 'RENEW' : name === 'replace' ? 'REPLACE' : null
    const successor = intent === null ? null : continued(purchase, intent)
    const before = successor === null ? [] : [created(successor, now), ...moves.activate(successor, now, {})]
    const events = [...before, ...moves[name](purchase, now, how)]
    bus.send(events, purchase, how)
    log(`${purchase.id}: ${name}, now ${purchase.state}`)
    if (follows(name)) {
      clock.after(deprovisionAfterMs, () => {
        if (purchase.state !== 'deprovisioned') move(purchase, 'deprovision', {})
      })
    }
    return { events, successor }
  }

  return {
    make,
    move,
    refusal,
    find: purchases.get,
    list: purchases.values,
    prepare: ({ scenario, customer, options }) => {
      const known = byCustomer.get(keyOf(customer))
      if (known !== undefined) return known
      const { productCode } = customer
      const productId = productCode === product.code && product.id !== null ? product.id : productIdFor(productCode)
      const usual = { ...usualPurchase, ...options }
      const purchase = newPurchase({ scenario, customer, productId, options: usual, now: clock.now() })
      byCustomer.set(keyOf(customer), purchase)
      return purchase
    },
  }
}

function keyOf({ awsAccountId, productCode, licenseArn }: SimulatedCustomer): string {
  return [productCode, awsAccountId, licenseArn ?? ''].join(' ')
}
