import type { Buyers } from '../test/support/buyers/buyer.ts'
import type { Market } from '../test/support/buyers/market.ts'
import type { Stage } from '../bench/support/stage.ts'
import type { Instance, InstanceOptions } from '../bench/support/instance.ts'

/** The arguments of a drill. */
export type Scene = {
  /** The short form, for CI. */
  readonly short: boolean
  readonly seed: number
  /** Closed when the drill is over. */
  readonly stage: Stage
  /** The simulated AWS Marketplace and its buyers. */
  readonly market: Market
  readonly buyers: Buyers
  /** Starts an instance of the app that uses `market`. */
  readonly start: (options?: Omit<InstanceOptions, 'marketplace'>) => Promise<Instance>
  readonly say: (line: string) => void
}

/** One row of the result table. */
export type Figures = {
  readonly load: string
  readonly faults: string
  readonly requests: number
  /** Responses that were not as expected. */
  readonly failures: number
  /** Confirmed registrations whose row is missing or differs from what the buyer sent. Null if the drill registers nobody. */
  readonly lost: number | null
  /** Conditions that do not hold. Empty if the drill passed. */
  readonly broken: readonly string[]
}

export type Drill = (scene: Scene) => Promise<Figures>

export type Condition = readonly [holds: boolean, otherwise: string]

/** The messages of the conditions that do not hold. */
export function unless(...conditions: readonly Condition[]): readonly string[] {
  return conditions.flatMap(([holds, otherwise]) => (holds ? [] : [otherwise]))
}

export function noCrash({ crashes }: Instance): Condition {
  return [crashes.length === 0, `crashed: ${crashes.join('\n')}`]
}

export function percent(growth: number): string {
  return `${growth >= 0 ? '+' : ''}${(growth * 100).toFixed(1)} %`
}

export function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`
}

/** The results of a run as a Markdown table. */
export function table(results: readonly (readonly [name: string, figures: Figures])[]): string {
  const rows = results.map(([name, { load, faults, requests, failures, lost, broken }]) => {
    const counts = [requests, failures, lost].map((count) => count?.toLocaleString('en') ?? '-')
    return [name, load, faults, ...counts, broken.length === 0 ? 'passed' : 'FAILED']
  })
  const header = ['drill', 'load', 'faults injected', 'requests', 'failures', 'lost', 'result']
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
