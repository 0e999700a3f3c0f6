import { setTimeout as pause } from 'node:timers/promises'
import { ask } from '../test/support/buyers/client.ts'
import { createDatabase } from '../test/support/postgres.ts'
import { postgresOn } from '../bench/support/stage.ts'
import { ms } from '../bench/support/statistics.ts'
import type { Task } from '../bench/support/task.ts'
import type { Figures, Scene } from './figures.ts'
import { inTurn, settle, startJourneys } from './journeys.ts'

/** Buyers press Try again for as long as it takes. */
const patience = { on: 'unavailable', everyMs: 4_000, times: 60 } as const
/** A page that speaks of the database must come within this; the store's own deadline is 2 s. */
const pageWithinMs = 2_500
/** After the database is back, connections are made anew. */
const recoveryMs = 5_000
/** So long after its beginning a fault is seen by the balancer's checks. */
const seenAfterMs = 3_000

type Ends = readonly [begin: () => unknown, end: () => unknown]
type Fault = { readonly name: string; readonly from: number; readonly until: number; readonly recoveredMs: number }

/** The database restarts, goes away for half a minute, and hangs. Buyers see our page that says so, and then go on. */
export async function outage(scene: Scene): Promise<Figures> {
  const { short, stage, buyers, say } = scene
  const postgres = await postgresOn(stage)
  const databaseUrl = await createDatabase(postgres.url)
  const tasks: [Task, Task] = [await scene.start({ databaseUrl }), await scene.start({ databaseUrl })]

  const journeys = startJourneys(buyers, short ? 6 : 10, { base: inTurn(tasks), patience })
  const faults: Fault[] = []
  /** What liveness and readiness checks see in the middle of a fault. */
  const checks: string[] = []
  const inflict = async (name: string, forMs: number, [begin, end]: Ends): Promise<void> => {
    await pause(2_000)
    const from = performance.now()
    await begin()
    if (forMs > 0) {
      await pause(seenAfterMs)
      const answers = await Promise.all(['/healthz', '/readyz'].map((path) => ask(`${tasks[0].url}${path}`)))
      checks.push(answers.map(({ status }) => status).join(', '))
      await pause(forMs - seenAfterMs)
    }
    await end()
    const until = performance.now()
    const recoveredMs = await readyAgain(tasks)
    faults.push({ name, from, until, recoveredMs })
    say(`${name}: lasted ${ms(until - from)}, all tasks ready again ${ms(recoveredMs)} after its end`)
  }
  const [outageMs, hangMs] = short ? [5_000, 5_000] : [30_000, 10_000]
  const away: Ends = [postgres.stop, postgres.start]
  await inflict('restart', 0, away)
  await inflict(`outage of ${ms(outageMs)}`, outageMs, away)
  await inflict(`hanging for ${ms(hangMs)}`, hangMs, [postgres.pause, postgres.resume])
  await pause(2_000)
  await journeys.stop()

  const pages = journeys.ledger.entries.filter(({ verdict }) => verdict === 'unavailable')
  const slowestMs = Math.max(...pages.map((page) => page.ms))
  const explained = ({ at }: { readonly at: number }) =>
    faults.some(({ from, until, recoveredMs }) => at >= from && at <= until + recoveredMs + pageWithinMs)
  const astray = pages.filter((page) => !explained(page)).length
  say(`the slowest page that speaks of the database: ${ms(slowestMs)}; checks in the faults: ${checks.join('; ')}`)
  const settled = await settle(
    scene,
    { journeys: [journeys], tasks, excused: 'unavailable' },
    [pages.length > 0, 'nobody met the outage'],
    [slowestMs <= pageWithinMs, `a page took ${ms(slowestMs)}`],
    [astray === 0, `${String(astray)} pages about the database outside the faults`],
    [faults.every(({ recoveredMs: took }) => took <= recoveryMs), 'recovery took too long'],
    [checks.every((statuses) => statuses === '200, 503'), 'a task was not alive, or said that it is ready'],
  )
  const names = faults.map(({ name }) => name).join(', ')
  return {
    ...settled,
    load: `${journeys.held()} journeys/s, 2 tasks, PostgreSQL`,
    faults: `${names}: ${String(pages.length)} pages about the database, the slowest after ${ms(slowestMs)}`,
  }
}

/** Milliseconds until every task says that it is ready. */
async function readyAgain(tasks: readonly Task[]): Promise<number> {
  const since = performance.now()
  for (const { url } of tasks)
    while ((await ask(`${url}/readyz`)).status !== 200 && performance.now() - since < 30_000) await pause(25)
  return performance.now() - since
}
