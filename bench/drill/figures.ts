import type { Entry, Ledger, Verdict } from './journey.ts'
import type { Postgres } from './postgres.ts'
import type { Stage } from './stage.ts'

/** What a drill is given. */
export type Scene = {
  /** The form for CI. */
  readonly short: boolean
  readonly seed: number
  /** Closed when the drill is over. */
  readonly stage: Stage
  /** The run's PostgreSQL, started when first asked for. */
  readonly postgres: () => Promise<Postgres>
  readonly say: (line: string) => void
}

/** One line of the final table. */
export type Figures = {
  readonly load: string
  readonly faults: string
  readonly requests: number
  /** Answers that should not have been. Null where the drill counts none. */
  readonly failures: number | null
  /** Confirmed registrations that the database does not have as the buyer sent them. */
  readonly lost: number | null
  /** What does not hold. Empty when the drill is passed. */
  readonly broken: readonly string[]
}

export type Drill = (scene: Scene) => Promise<Figures>

export function count(entries: readonly Entry[], ...verdicts: readonly Verdict[]): number {
  return entries.filter(({ verdict }) => verdicts.includes(verdict)).length
}

/** The given share of the values is at most this; 0.5 is the median. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}

export function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`
}

/** How long each step took, and what was answered instead of what was due. */
export function describe({ entries, completed }: Ledger): readonly string[] {
  const steps = (['landing', 'form', 'submit', 'complete'] as const).map((step) => {
    const times = entries.filter((entry) => entry.step === step && entry.verdict === 'good').map((entry) => entry.ms)
    return `${step} ${ms(quantile(times, 0.5))} / ${ms(quantile(times, 0.99))}`
  })
  return [
    `${String(completed)} journeys completed, ${String(entries.length)} requests`,
    `median / 99th percentile: ${steps.join(', ')}`,
    ...tally(entries.filter(({ verdict }) => verdict !== 'good')),
  ]
}

function tally(entries: readonly Entry[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const { step, verdict, status, page, error } of entries) {
    const what = `${verdict}: ${step} answered ${error ?? `${String(status)} ${page ?? 'no page of ours'}`}`
    counts.set(what, (counts.get(what) ?? 0) + 1)
  }
  return [...counts].map(([what, times]) => `${String(times)} times ${what}`)
}

/** The sentences whose condition does not hold. */
export function unless(...conditions: readonly (readonly [holds: boolean, otherwise: string])[]): readonly string[] {
  return conditions.flatMap(([holds, otherwise]) => (holds ? [] : [otherwise]))
}
