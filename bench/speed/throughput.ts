import { landAtOnce } from '../support/landings.ts'
import { startMarket } from '../support/market.ts'
import { postgresOn, type Stage } from '../support/stage.ts'
import { spread, show, type Spread } from '../support/statistics.ts'
import { startApp, startBare, type Run } from './subjects.ts'

export type Throughput = {
  readonly latencyMs: number
  readonly subject: string
  readonly perSecond: Spread
  /** Landings a second against the bare handler's in the same round. */
  readonly ratio: Spread
  /** Against the other version's in the same round. */
  readonly ratioToOther?: Spread
}

const loads = [
  { latencyMs: 20, connections: 100 },
  { latencyMs: 100, connections: 200 },
]

/** Landings a second at full load, in rounds: whatever slows the machine slows each subject of a round. */
export async function throughput(stage: Stage, { quick, versions }: Run): Promise<readonly Throughput[]> {
  const [rounds, seconds] = quick ? [1, 2] : [5, 4]
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
    const runs = new Map<string, number[]>(subjects.map(({ name }) => [name, []]))
    for (let round = 0; round < rounds; round += 1)
      for (const { name, url } of subjects)
        runs.get(name)?.push(await landAtOnce(market, url, { ...load, for: { seconds } }))
    for (const [subject, own] of runs) {
      const against = (others: readonly number[] = []) => spread(own.map((one, round) => one / (others[round] ?? NaN)))
      const other = versions.flatMap(({ suffix }) => (suffix === '' ? [] : (runs.get(`${subject}${suffix}`) ?? [])))
      results.push({
        latencyMs: load.latencyMs,
        subject,
        perSecond: spread(own),
        ratio: against(runs.get('bare')),
        ...(other.length > 0 ? { ratioToOther: against(other) } : {}),
      })
    }
  }
  return results
}

export function throughputLines(results: readonly Throughput[]): readonly string[] {
  return results.map(({ latencyMs, subject, perSecond, ratio, ratioToOther }) => {
    const toOther = ratioToOther ? `, against the other version ${show(ratioToOther)}` : ''
    const head = `upstream ${String(latencyMs).padStart(3)} ms  ${subject.padEnd(16)}`
    return `${head}  ${show(perSecond, 0)} a second, ratio ${show(ratio)}${toOther}`
  })
}
