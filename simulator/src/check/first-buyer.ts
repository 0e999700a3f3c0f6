import { setTimeout as pause } from 'node:timers/promises'
import type { Simulator } from '../simulator.ts'
import { type Buyer, land, type Target } from './buyer.ts'
import type { Arrival } from './evidence.ts'
import { filledForm } from './page-form.ts'

const graceMs = 500

/**
 * Lands before all others, so that every call belongs to this buyer. Submits the page's form only
 * if the page has not called ResolveCustomer before.
 */
export async function firstBuyer(buyer: Buyer, target: Target, simulator: Simulator): Promise<Arrival> {
  const { calls } = simulator
  const before = calls.count()
  const visit = await land(buyer, target, simulator)
  const isCalled = () => calls.count() > before
  for (let waitedMs = 0; !isCalled() && visit.end !== null && waitedMs < graceMs; waitedMs += 50) await pause(50)
  const filled = isCalled() || visit.end === null ? null : filledForm(visit.end)
  const form = filled === null ? null : await buyer.browser.open(filled, 'the same site')
  const own = calls.of(buyer.token)
  const redeemed =
    own.length > 0 ? (form === null ? 'at once' : 'with the form') : isCalled() ? 'with another token' : 'never'
  return { visit: { ...visit, calls: own }, redeemed, form }
}
