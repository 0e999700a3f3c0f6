import type { ScenarioName } from '../scenarios/scenarios.ts'
import type { Landed } from './buyer.ts'
import { wordsOf } from './page-text.ts'
import type { Visit } from './visit.ts'

/** When the landing page called ResolveCustomer for the first buyer. */
type Redeemed = 'at once' | 'with the form' | 'with another token' | 'never'

/** The first buyer. The other visits are only meaningful if this buyer could register. */
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
  /** Null if the first buyer could not register. */
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

/** True if the page answered 429 before it called AWS. */
export function isLimited({ exchanges, calls }: Landed): boolean {
  return calls.length === 0 && exchanges.some(({ status }) => status === 429)
}

export function isOk({ end }: Visit): boolean {
  return end !== null && end.status < 400
}

/** The URL and the text of the last page, to compare pages; null without a page. */
export function messageOf({ end }: Visit): string | null {
  if (end === null) return null
  const address = `${end.url.pathname} ${end.url.search}`.replaceAll(/[/?&=]/g, ' ')
  return `${wordsOf(address)} | ${wordsOf(end.text)}`
}

/** True if the buyer can register: a success status, and not the page of a failure. */
export function canRegister(visit: Landed, { arrival }: Evidence, { of }: Others): boolean {
  const failures = [messageOf(of('expired')), messageOf(of('invalid'))]
  // A page rendered by a script has the same text for every outcome.
  return isOk(visit) && (failures.includes(messageOf(arrival.visit)) || !failures.includes(messageOf(visit)))
}

/** The end of a visit, for a report. */
export function endingOf({ end, error }: Visit): string {
  return end === null ? (error ?? 'no answer') : String(end.status)
}
