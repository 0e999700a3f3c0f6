import { audit } from '../test/support/buyers/audit.ts'
import type { Buyers } from '../test/support/buyers/buyer.ts'
import { startLoad, type Load } from '../bench/support/load.ts'
import { median, ms, quantile } from '../bench/support/statistics.ts'
import type { Task } from '../bench/support/task.ts'
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

/** Buyers who come at a steady rate and make whole journeys. */
export function startJourneys(buyers: Buyers, perSecond: number, site: Omit<Site, 'ledger'>): Journeys {
  const ledger = newLedger()
  return { ledger, ...startLoad(perSecond, async () => journey({ ...site, ledger }, await buyers())) }
}

/** Each request goes to the next task, as behind a balancer without stickiness. */
export function inTurn(tasks: readonly Task[]): () => string {
  let turn = 0
  return () => tasks[(turn += 1) % tasks.length]?.url ?? ''
}

export type Outcome = {
  readonly journeys: readonly Journeys[]
  /** All on one database. */
  readonly tasks: readonly [Task, ...Task[]]
  /** What the drill's faults excuse. */
  readonly excused?: Verdict
}

type Settled = Pick<Figures, 'requests' | 'failures' | 'lost' | 'broken'>

/** What must hold in every drill with whole journeys, and what this one adds. Says its figures. */
export async function settle({ say }: Scene, outcome: Outcome, ...conditions: readonly Condition[]): Promise<Settled> {
  const { journeys, tasks, excused } = outcome
  const ledgers = journeys.map(({ ledger }) => ledger)
  const entries = ledgers.flatMap((ledger) => ledger.entries)
  const promises = ledgers.flatMap((ledger) => ledger.promises)
  const { rows, lost, doubled } = await audit(tasks[0].databaseUrl, promises)
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
      [unfinished === 0, `${String(unfinished)} journeys did not end`],
      [lost.length === 0, `lost: ${lost.slice(0, 3).join('; ')}`],
      [doubled.length === 0, `two rows: ${doubled.slice(0, 3).join(', ')}`],
      ...tasks.map(noCrash),
      ...conditions,
    ),
  }
}

/** How long buyers waited after “Set up your account”, at the median. */
export function landingMs(journeys: readonly Journeys[]): number {
  const entries = journeys.flatMap(({ ledger }) => ledger.entries).filter(({ step }) => step === 'landing')
  return median(entries.map((entry) => entry.ms))
}

/** How long each step took, and what was answered instead of what was due. */
function describe({ entries, completed }: Ledger): readonly string[] {
  const took = steps.map((step) => {
    const times = entries.filter((entry) => entry.step === step && entry.verdict === 'good').map((entry) => entry.ms)
    return `${step} ${ms(quantile(times, 0.5))} / ${ms(quantile(times, 0.99))}`
  })
  const astray = Map.groupBy(
    entries.filter(({ verdict }) => verdict !== 'good'),
    ({ step, verdict, status, page, error }: Entry) =>
      `${verdict}: ${step} answered ${error ?? `${String(status)} ${page ?? 'no page of ours'}`}`,
  )
  return [
    `${String(completed)} journeys completed, ${String(entries.length)} requests`,
    `median / 99th percentile: ${took.join(', ')}`,
    ...[...astray].map(([what, { length }]) => `${String(length)} times ${what}`),
  ]
}
