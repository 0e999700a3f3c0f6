import { setTimeout as pause } from 'node:timers/promises'
import { landAtOnce } from '../support/landings.ts'
import { startMarket } from '../support/market.ts'
import { reportOf } from '../support/report.ts'
import { onStage, type Stage } from '../support/stage.ts'
import { spread, type Spread } from '../support/statistics.ts'
import { startApp, type Run, type Version } from './subjects.ts'

/** The time from the start of the process until `/readyz` returns 200, in milliseconds, for each version. */
export async function starting({ quick, versions }: Run): Promise<readonly Spread[]> {
  const times = versions.map((): number[] => [])
  for (let round = 0; round < (quick ? 2 : 7); round += 1)
    for (const [index, version] of versions.entries())
      await onStage(async (stage) => {
        const { url: marketplace } = await startMarket(stage)
        const startedAt = performance.now()
        await startApp(stage, { marketplace, version })
        times[index]?.push(performance.now() - startedAt)
      })
  return times.map(spread)
}

/** Resident memory in megabytes, idle and after landings. */
type Memory = { readonly idle: number; readonly after: number; readonly landings: number }

export async function memory(stage: Stage, { quick }: Run, version: Version): Promise<Memory> {
  const landings = quick ? 2_000 : 50_000
  const market = await startMarket(stage)
  const subject = await startApp(stage, { marketplace: market.url, version })
  await pause(2_000)
  const idle = (await reportOf(subject)).residentBytes / 1e6
  await landAtOnce(market, subject.url, { connections: 50, latencyMs: 0, for: { landings } })
  await pause(2_000)
  return { idle, after: (await reportOf(subject)).residentBytes / 1e6, landings }
}
