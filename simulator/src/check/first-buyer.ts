import { setTimeout as pause } from 'node:timers/promises'
import type { Simulator } from '../simulator.ts'
import { type Buyer, land, type Target } from './buyer.ts'
import type { Arrival } from './evidence.ts'
import { filledForm } from './page-form.ts'

const graceMs = 500

/** Lands alone, so that each call is this buyer's. Sends the page's form only where nothing was asked without it. */
export async function firstBuyer(buyer: Buyer, target: Target, simulator: Simulator): Promise<Arrival> {
  const { calls } = simulator
  const before = calls.count()
  const visit = await land(buyer, target, simulator)
  const isAsked = () => calls.count() > before
  for (let waitedMs = 0; !isAsked() && visit.end !== null && waitedMs < graceMs; waitedMs += 50) await pause(50)
  const filled = isAsked() || visit.end === null ? null : filledForm(visit.end)
  const form = filled === null ? null : await buyer.browser.open(filled, 'the page')
  const own = calls.of(buyer.token)
  const asked =
    own.length > 0 ? (form === null ? 'at once' : 'with the form') : isAsked() ? 'about another token' : 'never'
  return { visit: { ...visit, calls: own }, asked, form }
}
