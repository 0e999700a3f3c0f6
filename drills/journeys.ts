import { audit } from '../test/support/buyers/audit.ts'
import type { Buyers } from '../test/support/buyers/buyer.ts'
import { startLoad, type Load } from '../bench/support/load.ts'
import { median, ms, quantile } from '../bench/support/statistics.ts'
import type { Instance } from '../bench/support/instance.ts'
import { noCrash, unless, type Condition, type Figures, type Scene } from './figures.ts'
import {
  journey,
  newLedger,
  steps,
  type Entry,
  type Ledger,
  type Site,
  type Verdict,
} from '../test/support/buyers/journey.ts'

export type Journeys = Load & { readonly ledger: Ledger }

/** Starts complete buyer journeys at a steady rate. */
export function startJourneys(buyers: Buyers, perSecond: number, site: Omit<Site, 'ledger'>): Journeys {
  const ledger = newLedger()
  return { ledger, ...startLoad(perSecond, async () => journey({ ...site, ledger }, await buyers())) }
}

/** Sends each request to the next instance, like a load balancer without sticky sessions. */
export function inTurn(instances: readonly Instance[]): () => string {
  let turn = 0
  return () => instances[(turn += 1) % instances.length]?.url ?? ''
}

type Outcome = {
  readonly journeys: readonly Journeys[]
  /** All use the same database. */
  readonly instances: readonly [Instance, ...Instance[]]
  /** The verdict that the drill's faults may cause. */
  readonly excused?: Verdict
}

type Settled = Pick<Figures, 'requests' | 'failures' | 'lost' | 'broken'>

/** Checks the conditions of every drill with complete journeys plus the given ones, and prints the figures. */
export async function settle({ say }: Scene, outcome: Outcome, ...conditions: readonly Condition[]): Promise<Settled> {
  const { journeys, instances, excused } = outcome
  const ledgers = journeys.map(({ ledger }) => ledger)
  const entries = ledgers.flatMap((ledger) => ledger.entries)
  const promises = ledgers.flatMap((ledger) => ledger.promises)
  const { rows, lost, doubled } = await audit(instances[0].databaseUrl, promises)
  const failures = entries.filter(({ verdict }) => verdict !== 'good' && verdict !== excused).length
  const unfinished = journeys.reduce((sum, { begun, ledger }) => sum + begun() - ledger.completed, 0)
  for (const line of ledgers.flatMap(describe)) say(line)
  say(`${String(rows)} rows in the database`)
  return {
    requests: entries.length,
    failures,
    lost: lost.length,
    broken: unless(
      [failures === 0, `${String(failures)} requests failed`],
      [unfinished === 0, `${String(unfinished)} journeys did not complete`],
      [lost.length === 0, `lost: ${lost.slice(0, 3).join('; ')}`],
      [doubled.length === 0, `duplicate rows: ${doubled.slice(0, 3).join(', ')}`],
      ...instances.map(noCrash),
      ...conditions,
    ),
  }
}

/** The median time of a landing. */
export function landingMs(journeys: readonly Journeys[]): number {
  const entries = journeys.flatMap(({ ledger }) => ledger.entries).filter(({ step }) => step === 'landing')
  return median(entries.map((entry) => entry.ms))
}

/** The duration of each step, and the unexpected responses. */
function describe({ entries, completed }: Ledger): readonly string[] {
  const took = steps.map((step) => {
    const times = entries.filter((entry) => entry.step === step && entry.verdict === 'good').map((entry) => entry.ms)
    return `${step} ${ms(quantile(times, 0.5))} / ${ms(quantile(times, 0.99))}`
  })
  const unexpected = Map.groupBy(
    entries.filter(({ verdict }) => verdict !== 'good'),
    ({ step, verdict, status, page, error }: Entry) =>
      `${verdict}: ${step} answered ${error ?? `${String(status)} ${page ?? 'another page'}`}`,
  )
  return [
    `${String(completed)} journeys completed, ${String(entries.length)} requests`,
    `median / 99th percentile: ${took.join(', ')}`,
    ...[...unexpected].map(([what, { length }]) => `${String(length)} times ${what}`),
  ]
}
