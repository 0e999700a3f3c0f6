import { createClient } from '../drill/client.ts'
import { land, type Run } from './landings.ts'
import { spread, say, type Spread } from './spread.ts'
import { startBare, startOnPostgres, startSqlite, type Servers, type Subject } from './subjects.ts'

export type Throughput = {
  readonly latencyMs: number
  readonly subject: string
  readonly perSecond: Spread
  /** Landings a second against the bare handler's in the same round. */
  readonly ratio: Spread
  /** Processor time a landing, in microseconds. */
  readonly processorUs: Spread
}

const connections = 100
const loads = [
  { latencyMs: 0, count: 4_000 },
  { latencyMs: 20, count: 4_000 },
  { latencyMs: 150, count: 2_000 },
]

/** Landings a second at full load, in rounds: whatever slows the machine slows each subject of a round. */
export async function throughput({ stage, market, postgres }: Servers, rounds: number): Promise<readonly Throughput[]> {
  const bare = await startBare(stage, market.url)
  const sqlite = await startSqlite(stage, market.url)
  const onPostgres = await startOnPostgres(stage, market.url, postgres)
  const subjects = [bare, sqlite, onPostgres]
  const client = createClient(connections)
  stage.atEnd(client.close)
  const run = (subject: Subject, latencyMs: number, count: number) =>
    land(client, market, subject, { count, connections, latencyMs })

  for (const subject of subjects) await run(subject, 0, 2_000)
  const results: Throughput[] = []
  for (const { latencyMs, count } of loads) {
    const runs = new Map<Subject, Run[]>(subjects.map((subject) => [subject, []]))
    for (let round = 0; round < rounds; round += 1)
      for (const subject of subjects) runs.get(subject)?.push(await run(subject, latencyMs, count))
    const baseline = runs.get(bare) ?? []
    for (const [subject, own] of runs) results.push(summary(subject.name, latencyMs, own, baseline))
  }
  return results
}

function summary(subject: string, latencyMs: number, own: readonly Run[], baseline: readonly Run[]): Throughput {
  return {
    latencyMs,
    subject,
    perSecond: spread(own.map(({ perSecond }) => perSecond)),
    ratio: spread(own.map(({ perSecond }, round) => perSecond / (baseline[round]?.perSecond ?? NaN))),
    processorUs: spread(own.map(({ processorUs }) => processorUs)),
  }
}

export function throughputLines(results: readonly Throughput[]): readonly string[] {
  return results.map(({ latencyMs, subject, perSecond, ratio, processorUs }) => {
    const head = `upstream ${String(latencyMs).padStart(3)} ms  ${subject.padEnd(8)}`
    return `${head}  ${say(perSecond, 0)} a second, ratio ${say(ratio)}, ${say(processorUs, 0)} µs of processor a landing`
  })
}
