import type { JudgedRule, Report } from './report.ts'

const marks = { pass: '✓', fail: '✗', skip: '–' } as const

/** For people: a line for each rule; where it does not hold, also why it is one and what to change. */
export function textReport({ landingUrl, passed, failed, rules }: Report): string {
  const width = Math.max(...rules.map(({ id }) => id.length))
  const skipped = rules.length - passed - failed
  const counts = `${String(passed)} hold, ${String(failed)} do not, ${String(skipped)} could not be judged`
  const verdict = failed === 0 ? 'Nothing to mend.' : `${String(failed)} to mend.`
  return `${[landingUrl, '', ...rules.flatMap((rule) => linesOf(rule, width)), '', `${verdict} (${counts})`].join('\n')}\n`
}

function linesOf({ id, verdict, what, saw, why, remedy }: JudgedRule, width: number): readonly string[] {
  const first = `${marks[verdict]} ${id.padEnd(width)}  `
  if (verdict === 'pass') return [`${first}${what}`]
  const indent = ' '.repeat(width + 4)
  const more = verdict === 'fail' ? [`Saw: ${saw}`, `Why: ${why}`, `→ ${remedy}`] : [`${saw} → ${remedy}`]
  return [`${first}${what}`, ...more.map((line) => `${indent}${line}`)]
}
