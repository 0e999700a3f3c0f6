import type { JudgedRule, Report } from './report.ts'

const marks = { pass: '✓', fail: '✗', skip: '–' } as const
const lineWidth = 120

/**
 * The report as text: one line for each rule. A failed rule also has what was seen, the reason and
 * the fix.
 */
export function textReport({ landingUrl, passed, failed, rules }: Report): string {
  const width = Math.max(...rules.map(({ id }) => id.length)) + 4
  const skipped = rules.length - passed - failed
  const counts = `${String(passed)} passed, ${String(failed)} failed, ${String(skipped)} could not be judged`
  const verdict = failed === 0 ? 'Nothing to fix.' : `${String(failed)} to fix.`
  return `${[landingUrl, '', ...rules.flatMap((rule) => linesOf(rule, width)), '', `${verdict} (${counts})`].join('\n')}\n`
}

function linesOf({ id, verdict, what, saw, why, remedy }: JudgedRule, width: number): readonly string[] {
  const texts = {
    pass: [what],
    fail: [what, `Saw: ${saw}`, `Why: ${why}`, `Fix: ${remedy}`],
    // If another failed rule hides this one, the fix of that rule is enough.
    skip: saw.startsWith('Not seen') ? [saw] : [saw, `Fix: ${remedy}`],
  }
  const lines = texts[verdict].flatMap((text) => wrap(text, lineWidth - width))
  return lines.map((line, at) => (at === 0 ? `${marks[verdict]} ${id}` : '').padEnd(width) + line)
}

function wrap(text: string, width: number): readonly string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines
}
