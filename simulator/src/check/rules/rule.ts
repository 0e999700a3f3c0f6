import type { Landed } from '../buyer.ts'
import { type Evidence, isLimited, type Others } from '../evidence.ts'

export type Verdict = 'pass' | 'fail' | 'skip'

export type Finding = {
  readonly verdict: Verdict
  readonly saw: string
  /** Replaces the rule's own remedy. */
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
 * Judges visits after the first buyer's. Skips the rule if the first buyer could not register.
 * `pick` selects the visits.
 */
export function judgeVisits(
  pick: (others: Others, evidence: Evidence) => readonly Landed[],
  judge: (others: Others, evidence: Evidence) => Finding,
): Rule['judge'] {
  return (evidence) => {
    const { others } = evidence
    if (others === null)
      return skip('Not seen: the first buyer could not register.', 'Fix the failed rules above first.')
    if (pick(others, evidence).some(isLimited)) return skip('The page answered 429, too many requests.', limitRemedy)
    return judge(others, evidence)
  }
}

const limitRemedy =
  'Turn off the page’s rate limit for the check, or raise it above 30 a minute: all visits come from one address.'
