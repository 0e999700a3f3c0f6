import type { ScenarioName } from '../scenarios/scenarios.ts'
import type { Landed } from './buyer.ts'
import { wordsOf } from './page-text.ts'
import type { Visit } from './visit.ts'

/** When the landing page called ResolveCustomer for the first buyer. */
export type Redeemed = 'at once' | 'with the form' | 'with another token' | 'never'

/** The first buyer. The others can show something only when the first one gets through. */
export type Arrival = {
  readonly visit: Landed
  readonly redeemed: Redeemed
  /** The visit after the page's form was sent; null when it was not. */
  readonly form: Visit | null
}

export type Evidence = {
  readonly landingUrl: URL
  readonly simulatorUrl: string
  readonly productCode: string
  readonly get: Visit
  readonly head: Visit
  readonly arrival: Arrival
  /** Null when the first buyer did not get through. */
  readonly others: Others | null
}

export type Others = {
  readonly of: (scenario: ScenarioName) => Landed
  readonly scenarios: readonly ScenarioName[]
  /** The first buyer again, with a new token. */
  readonly again: Landed
  /** The second click with a token that AWS answers once. */
  readonly doubleClick: Landed
  readonly withoutToken: Landed
  readonly foreignHost: Landed
}

/** The page refused the buyer because of too many requests, before it called AWS. */
export function isLimited({ exchanges, calls }: Landed): boolean {
  return calls.length === 0 && exchanges.some(({ status }) => status === 429)
}

export function isOk({ end }: Visit): boolean {
  return end !== null && end.status < 400
}

/** The address and the words of the last page, to compare pages; null without a page. */
export function messageOf({ end }: Visit): string | null {
  if (end === null) return null
  const address = `${end.url.pathname} ${end.url.search}`.replaceAll(/[/?&=]/g, ' ')
  return `${wordsOf(address)} | ${wordsOf(end.text)}`
}

/** Whether the buyer can register: the visit ended well, and not with the message of a failure. */
export function isThrough(visit: Landed, { arrival }: Evidence, { of }: Others): boolean {
  const failures = [messageOf(of('expired')), messageOf(of('invalid'))]
  // A page that a script draws is the same page for everybody.
  return isOk(visit) && (failures.includes(messageOf(arrival.visit)) || !failures.includes(messageOf(visit)))
}

/** The end of a visit, for a report. */
export function endingOf({ end, problem }: Visit): string {
  return end === null ? (problem ?? 'no answer') : String(end.status)
}
