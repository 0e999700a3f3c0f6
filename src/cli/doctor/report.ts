import { visible, visibleJson } from '../visible.ts'
import type { Check } from './check.ts'

const marks = { ok: '✓', warning: '!', failed: '✗', skipped: '–' } as const satisfies Record<Check['status'], string>

export function isWell(checks: readonly Check[]): boolean {
  return checks.every(({ status }) => status !== 'failed')
}

/** For people: a line for each check, and below it what to change. */
export function textReport(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length))
  const lines = checks.flatMap(({ name, status, found, hint }) => [
    `${marks[status]} ${name.padEnd(width)}  ${visible(found)}`,
    ...(hint === null ? [] : hint.split('\n').map((line) => `${' '.repeat(width + 4)}→ ${visible(line)}`)),
  ])
  const failures = checks.filter(({ status }) => status === 'failed').length
  const verdict = failures === 0 ? 'All is well.' : `${String(failures)} to mend.`
  return [...lines, '', verdict, ''].join('\n')
}

/** For machines. */
export function jsonReport(checks: readonly Check[]): string {
  return visibleJson({ ok: isWell(checks), checks })
}
