import { setTimeout as pause } from 'node:timers/promises'
import { ask } from '../test/support/buyers/client.ts'
import { createDatabase } from '../test/support/postgres.ts'
import { postgresOn } from '../bench/support/stage.ts'
import { ms } from '../bench/support/statistics.ts'
import type { Instance } from '../bench/support/instance.ts'
import type { Figures, Scene } from './figures.ts'
import { inTurn, settle, startJourneys } from './journeys.ts'

/** Buyers press "Try again" until it works. */
const patience = { on: 'unavailable', everyMs: 4_000, times: 60 } as const
/** The time limit for the page `store-unavailable`; the store's own deadline is 2 s. */
const pageWithinMs = 2_500
/** The time limit for new connections once the database is back. */
const recoveryMs = 5_000
/** The time limit for the health checks to report a fault. */
const reportedAfterMs = 3_000

type Ends = readonly [begin: () => unknown, end: () => unknown]
type Fault = { readonly name: string; readonly from: number; readonly until: number; readonly recoveredMs: number }

/** Restarts, stops and pauses the database. Buyers see the page `store-unavailable` and can then continue. */
export async function outage(scene: Scene): Promise<Figures> {
  const { short, stage, buyers, say } = scene
  const postgres = await postgresOn(stage)
  const databaseUrl = await createDatabase(postgres.url)
  const instances: [Instance, Instance] = [await scene.start({ databaseUrl }), await scene.start({ databaseUrl })]

  const journeys = startJourneys(buyers, short ? 6 : 10, { base: inTurn(instances), patience })
  const faults: Fault[] = []
  /** The statuses of the liveness and readiness checks during each fault. */
  const checks: string[] = []
  const inflict = async (name: string, forMs: number, [begin, end]: Ends): Promise<void> => {
    await pause(2_000)
    const from = performance.now()
    await begin()
    if (forMs > 0) {
      await pause(reportedAfterMs)
      const answers = await Promise.all(['/healthz', '/readyz'].map((path) => ask(`${instances[0].url}${path}`)))
      checks.push(answers.map(({ status }) => status).join(', '))
      await pause(forMs - reportedAfterMs)
    }
    await end()
    const until = performance.now()
    const recoveredMs = await readyAgain(instances)
    faults.push({ name, from, until, recoveredMs })
    say(`${name}: lasted ${ms(until - from)}; all instances were ready ${ms(recoveredMs)} later`)
  }
  const [outageMs, hangMs] = short ? [5_000, 5_000] : [30_000, 10_000]
  const stopAndStart: Ends = [postgres.stop, postgres.start]
  await inflict('restart', 0, stopAndStart)
  await inflict(`outage of ${ms(outageMs)}`, outageMs, stopAndStart)
  await inflict(`hanging for ${ms(hangMs)}`, hangMs, [postgres.pause, postgres.resume])
  await pause(2_000)
  await journeys.stop()

  const pages = journeys.ledger.entries.filter(({ verdict }) => verdict === 'unavailable')
  const slowestMs = Math.max(...pages.map((page) => page.ms))
  const explained = ({ at }: { readonly at: number }) =>
    faults.some(({ from, until, recoveredMs }) => at >= from && at <= until + recoveredMs + pageWithinMs)
  const unexplained = pages.filter((page) => !explained(page)).length
  say(`slowest store-unavailable page: ${ms(slowestMs)}; health checks during the faults: ${checks.join('; ')}`)
  const settled = await settle(
    scene,
    { journeys: [journeys], instances, excused: 'unavailable' },
    [pages.length > 0, 'no buyer saw the outage'],
    [slowestMs <= pageWithinMs, `a page took ${ms(slowestMs)}`],
    [unexplained === 0, `${String(unexplained)} store-unavailable pages outside the faults`],
    [faults.every(({ recoveredMs: took }) => took <= recoveryMs), 'recovery took too long'],
    [checks.every((statuses) => statuses === '200, 503'), '/healthz or /readyz had the wrong status during a fault'],
  )
  const names = faults.map(({ name }) => name).join(', ')
  return {
    ...settled,
    load: `${journeys.held()} journeys/s, 2 instances, PostgreSQL`,
    faults: `${names}: ${String(pages.length)} store-unavailable pages, the slowest after ${ms(slowestMs)}`,
  }
}

/** Waits until every instance is ready. Returns the time in milliseconds. */
async function readyAgain(instances: readonly Instance[]): Promise<number> {
  const since = performance.now()
  for (const { url } of instances)
    while ((await ask(`${url}/readyz`)).status !== 200 && performance.now() - since < 30_000) await pause(25)
  return performance.now() - since
}
