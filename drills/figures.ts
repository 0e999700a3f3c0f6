import type { Buyers } from '../test/support/buyers/buyer.ts'
import type { Market } from '../test/support/buyers/market.ts'
import type { Stage } from '../bench/support/stage.ts'
import type { Task, TaskOptions } from '../bench/support/task.ts'

/** What a drill is given. */
export type Scene = {
  /** The form for CI. */
  readonly short: boolean
  readonly seed: number
  /** Closed when the drill is over. */
  readonly stage: Stage
  /** The simulated AWS Marketplace, and who buys there. */
  readonly market: Market
  readonly buyers: Buyers
  /** Starts a task of the service that calls it. */
  readonly start: (options?: Omit<TaskOptions, 'marketplace'>) => Promise<Task>
  readonly say: (line: string) => void
}

/** One line of the final table. */
export type Figures = {
  readonly load: string
  readonly faults: string
  readonly requests: number
  /** Answers that should not have been. */
  readonly failures: number
  /** Confirmed registrations that the database does not have as the buyer sent them. Null where nobody registers. */
  readonly lost: number | null
  /** What does not hold. Empty when the drill is passed. */
  readonly broken: readonly string[]
}

export type Drill = (scene: Scene) => Promise<Figures>

export type Condition = readonly [holds: boolean, otherwise: string]

/** The sentences whose condition does not hold. */
export function unless(...conditions: readonly Condition[]): readonly string[] {
  return conditions.flatMap(([holds, otherwise]) => (holds ? [] : [otherwise]))
}

export function noCrash({ crashes }: Task): Condition {
  return [crashes.length === 0, `crashed: ${crashes.join('\n')}`]
}

export function percent(growth: number): string {
  return `${growth >= 0 ? '+' : ''}${(growth * 100).toFixed(1)} %`
}

export function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`
}

/** The run's result as a Markdown table. */
export function table(results: readonly (readonly [name: string, figures: Figures])[]): string {
  const rows = results.map(([name, { load, faults, requests, failures, lost, broken }]) => {
    const counts = [requests, failures, lost].map((count) => count?.toLocaleString('en') ?? '-')
    return [name, load, faults, ...counts, broken.length === 0 ? 'passed' : 'FAILED']
  })
  const header = ['drill', 'load held', 'faults injected', 'requests', 'failures', 'lost', 'result']
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
