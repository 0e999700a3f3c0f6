import { landAtOnce } from '../support/landings.ts'
import { startMarket } from '../support/market.ts'
import { familyProcessorMs, processorMs } from '../support/processor.ts'
import { postgresOn, type Stage } from '../support/stage.ts'
import { median, spread, show, type Spread } from '../support/statistics.ts'
import { startApp, startBare, type Run } from './subjects.ts'

export type Throughput = {
  readonly latencyMs: number
  readonly subject: string
  readonly perSecond: Spread
  /** Landings a second divided by the bare handler's in the same round. */
  readonly ratio: Spread
  /** The 99th percentile of the response times in the median round, in milliseconds. */
  readonly answer99Ms: number
  /** Processor time of the app per landing, in milliseconds and divided by the bare handler's. */
  readonly appMs: number
  readonly appTimesBare: number
  /** Processor time of the PostgreSQL server per landing, in milliseconds. */
  readonly serverMs: number
  /** Landings a second divided by the other version's in the same round. */
  readonly ratioToOther?: Spread
}

const loads = [
  { latencyMs: 20, connections: 100 },
  { latencyMs: 100, connections: 200 },
]

/** Measures landings a second at full load. Subjects take turns in rounds, so that a slow machine affects each equally. */
export async function throughput(stage: Stage, { quick, versions, rounds }: Run): Promise<readonly Throughput[]> {
  const seconds = quick ? 2 : 4
  const [market, postgres] = [await startMarket(stage), await postgresOn(stage)]
  const subjects = [await startBare(stage, market.url)]
  for (const version of versions)
    subjects.push(
      await startApp(stage, { marketplace: market.url, version }),
      await startApp(stage, { marketplace: market.url, version, postgres }),
    )
  for (const { url } of subjects)
    await landAtOnce(market, url, { connections: 100, latencyMs: 0, for: { seconds: seconds / 2 } })

  const results: Throughput[] = []
  for (const load of loads) {
    const runs = new Map<string, Round[]>(subjects.map(({ name }) => [name, []]))
    for (let round = 0; round < rounds; round += 1)
      for (const { name, url, pid } of subjects) {
        const [appBefore, serverBefore] = [processorMs(pid()), familyProcessorMs(postgres.pid())]
        const { landed, perSecond, answer99Ms } = await landAtOnce(market, url, { ...load, for: { seconds } })
        const [appAfter, serverAfter] = [processorMs(pid()), familyProcessorMs(postgres.pid())]
        const appMs = (appAfter - appBefore) / landed
        runs.get(name)?.push({ perSecond, answer99Ms, appMs, serverMs: (serverAfter - serverBefore) / landed })
      }
    const bare = runs.get('bare') ?? []
    for (const [subject, own] of runs) {
      const of = (key: keyof Round) => own.map((round) => round[key])
      const against = (others: readonly Round[] = [], key: keyof Round = 'perSecond') =>
        spread(own.map((one, round) => one[key] / (others[round]?.[key] ?? NaN)))
      const other = versions.flatMap(({ suffix }) => (suffix === '' ? [] : (runs.get(`${subject}${suffix}`) ?? [])))
      results.push({
        latencyMs: load.latencyMs,
        subject,
        perSecond: spread(of('perSecond')),
        ratio: against(bare),
        answer99Ms: median(of('answer99Ms')),
        appMs: median(of('appMs')),
        appTimesBare: against(bare, 'appMs').median,
        serverMs: median(of('serverMs')),
        ...(other.length > 0 ? { ratioToOther: against(other) } : {}),
      })
    }
  }
  return results
}

type Round = Pick<Throughput, 'answer99Ms' | 'appMs' | 'serverMs'> & { readonly perSecond: number }

export function throughputLines(results: readonly Throughput[]): readonly string[] {
  return results.map(({ latencyMs, subject, perSecond, ratio, ratioToOther, ...one }) => {
    const toOther = ratioToOther ? `, against the other version ${show(ratioToOther)}` : ''
    const head = `upstream ${String(latencyMs).padStart(3)} ms  ${subject.padEnd(16)}`
    const times = `p99 ${one.answer99Ms.toFixed(0)} ms; processor ${one.appMs.toFixed(2)} ms in the app, ${one.serverMs.toFixed(2)} in PostgreSQL`
    return `${head}  ${show(perSecond, 0)} a second, ratio ${show(ratio)}${toOther}; ${times}`
  })
}
