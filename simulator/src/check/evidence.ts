import type { ScenarioName } from '../scenarios/scenarios.ts'
import type { Landed } from './buyer.ts'
import { wordsOf } from './page-text.ts'
import type { Visit } from './visit.ts'

/** When the landing page asked about the first buyer. */
export type Asked = 'at once' | 'with the form' | 'about another token' | 'never'

/** The first buyer, who decides whether the others show anything. */
export type Arrival = {
  readonly visit: Landed
  readonly asked: Asked
  /** What followed when the page's form was sent; null when it was not. */
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
  /** The second click; AWS answered the token once. */
  readonly doubleClick: Landed
  readonly withoutToken: Landed
  readonly foreignHost: Landed
}

/** Refused for coming too often, before AWS was asked: it shows nothing else. */
export function isLimited({ exchanges, calls }: Landed): boolean {
  return calls.length === 0 && exchanges.some(({ status }) => status === 429)
}

export function isOk({ end }: Visit): boolean {
  return end !== null && end.status < 400
}

/** What a visit told its buyer: where it ended and which words stand there; null when it told nothing. */
export function told({ end }: Visit): string | null {
  if (end === null) return null
  const address = `${end.url.pathname} ${end.url.search}`.replaceAll(/[/?&=]/g, ' ')
  return `${wordsOf(address)} | ${wordsOf(end.text)}`
}

/** The buyer can register: the visit ended well, and not with what a failure is told. */
export function reached(visit: Landed, { arrival }: Evidence, { of }: Others): boolean {
  const failures = [told(of('expired')), told(of('invalid'))]
  // A page that is drawn by a script is the same page for all.
  return isOk(visit) && (failures.includes(told(arrival.visit)) || !failures.includes(told(visit)))
}

/** How a visit ended, for a report. */
export function ending({ end, trouble }: Visit): string {
  return end === null ? (trouble ?? 'no answer') : String(end.status)
}
