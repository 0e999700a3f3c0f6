import type { Landed } from '../buyer.ts'
import { type Evidence, isLimited, type Others } from '../evidence.ts'

export type Verdict = 'pass' | 'fail' | 'skip'

export type Finding = {
  readonly verdict: Verdict
  readonly saw: string
  /** When the rule's own remedy does not fit. */
  readonly remedy?: string
}

export type Rule = {
  readonly id: string
  /** What AWS or a buyer needs, in one sentence. */
  readonly what: string
  readonly why: string
  readonly remedy: string
  readonly judge: (evidence: Evidence) => Finding
}

export function pass(saw: string): Finding {
  return { verdict: 'pass', saw }
}

export function skip(saw: string, remedy?: string): Finding {
  return { verdict: 'skip', saw, ...(remedy !== undefined && { remedy }) }
}

export function fail(saw: string, remedy?: string): Finding {
  return { verdict: 'fail', saw, ...(remedy !== undefined && { remedy }) }
}

/**
 * For rules that need the first buyer to get through. `pick` names the visits that the rule is
 * about.
 */
export function judgeVisits(
  pick: (others: Others, evidence: Evidence) => readonly Landed[],
  judge: (others: Others, evidence: Evidence) => Finding,
): Rule['judge'] {
  return (evidence) => {
    const { others } = evidence
    if (others === null)
      return skip('Not seen: the first buyer did not get through.', 'Fix the failed rules above first.')
    if (pick(others, evidence).some(isLimited)) return skip('The page answered 429, too many requests.', limitRemedy)
    return judge(others, evidence)
  }
}

const limitRemedy =
  'Turn off the page’s rate limit for the check, or raise it above 30 a minute: all visits come from one address.'
