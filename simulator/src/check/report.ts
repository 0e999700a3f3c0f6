import type { Evidence } from './evidence.ts'
import { arriving } from './rules/arriving.ts'
import { failures } from './rules/failures.ts'
import { purchases } from './rules/purchases.ts'
import { redeeming } from './rules/redeeming.ts'
import type { Rule, Verdict } from './rules/rule.ts'
import { secrets } from './rules/secrets.ts'
import { session } from './rules/session.ts'

export type JudgedRule = {
  readonly id: string
  readonly verdict: Verdict
  readonly what: string
  readonly saw: string
  readonly why: string
  readonly remedy: string
}

export type Report = {
  readonly landingUrl: string
  readonly passed: number
  readonly failed: number
  readonly rules: readonly JudgedRule[]
}

export const rules: readonly Rule[] = [...arriving, ...redeeming, ...purchases, ...failures, ...secrets, ...session]

export function reportOf(evidence: Evidence): Report {
  const judged = rules.map(({ id, what, why, remedy, judge }) => {
    const finding = judge(evidence)
    return { id, verdict: finding.verdict, what, saw: finding.saw, why, remedy: finding.remedy ?? remedy }
  })
  const count = (verdict: Verdict) => judged.filter((rule) => rule.verdict === verdict).length
  return { landingUrl: evidence.landingUrl.href, passed: count('pass'), failed: count('fail'), rules: judged }
}
