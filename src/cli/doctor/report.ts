import { visible, visibleJson } from '../../domain/visible.ts'
import type { Check } from './finding.ts'

const marks = { ok: '✓', warning: '!', failed: '✗', skipped: '–' } as const satisfies Record<Check['status'], string>

export function isWell(checks: readonly Check[]): boolean {
  return checks.every(({ status }) => status !== 'failed')
}

/** The report for people: one line per check, its fixes below, and the counts at the end. */
export function textReport(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length))
  const indent = ' '.repeat(width + 4)
  const lines = checks.flatMap(({ name, status, found, fixes }) => [
    `${marks[status]} ${name.padEnd(width)}  ${visible(found)}`,
    ...fixes.flatMap((fix) => {
      const [first = '', ...rest] = fix.split('\n')
      return [`${indent}→ ${visible(first)}`, ...rest.map((line) => `${indent}  ${visible(line)}`)]
    }),
  ])
  return [...lines, '', verdict(checks), ''].join('\n')
}

/** The report as JSON. */
export function jsonReport(checks: readonly Check[]): string {
  return visibleJson({
    ok: isWell(checks),
    faults: count(checks, 'failed'),
    warnings: count(checks, 'warning'),
    checks: checks.map(({ name, status, found, fixes }) => ({
      name,
      status,
      found,
      hint: fixes.length === 0 ? null : fixes.join('\n'),
    })),
  })
}

function verdict(checks: readonly Check[]): string {
  const faults = count(checks, 'failed')
  const warnings = count(checks, 'warning')
  const skipped = checks.filter(({ status }) => status === 'skipped').length
  const parts = [
    faults === 0 ? 'All is well' : `${counted(faults, 'fault')} to fix`,
    ...(warnings === 0 ? [] : [counted(warnings, 'warning')]),
    ...(skipped === 0 ? [] : [`${counted(skipped, 'check')} skipped`]),
  ]
  return `${parts.join('; ')}.`
}

/** Counts each fix as one fault or warning. */
function count(checks: readonly Check[], status: Check['status']): number {
  return checks.reduce((sum, check) => sum + (check.status === status ? check.fixes.length : 0), 0)
}

function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`
}
