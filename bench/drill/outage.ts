import { setTimeout as pause } from 'node:timers/promises'
import { audit } from './audit.ts'
import { createBuyers } from './buyer.ts'
import { createClient, type Answer } from './client.ts'
import { count, describe, ms, unless, type Figures, type Scene } from './figures.ts'
import { journey, newLedger } from './journey.ts'
import { startLoad } from './load.ts'
import { startMarket } from './market.ts'
import { startRelay } from './relay.ts'
import { startTask, type Task } from './task.ts'

/** Buyers press Try again for as long as it takes. */
const patience = { on: ['unavailable'], everyMs: 4_000, times: 60 } as const
/** A page that speaks of the database must come within this; the store's own deadline is 2 s. */
const pageWithinMs = 2_500
/** After the database is back, connections are made anew. */
const recoveryMs = 5_000

/** What the balancer and the watchdog see while buyers come. */
type Probe = { readonly at: number; readonly live: Answer; readonly ready: Answer }

/** The database restarts, goes away for half a minute, and hangs. Buyers see our page that says so, and then go on. */
export async function outage({ short, stage, postgres, say }: Scene): Promise<Figures> {
  const perSecond = short ? 6 : 10
  const server = await postgres()
  const databaseUrl = await server.createDatabase()
  const relay = await startRelay(stage, Number(new URL(databaseUrl).port))
  const throughRelay = Object.assign(new URL(databaseUrl), { port: String(relay.port) }).href
  const market = await startMarket(stage)
  const start = () => startTask(stage, { databaseUrl: throughRelay, marketplace: market.url })
  const tasks = await Promise.all([start(), start()])

  const client = createClient()
  stage.atEnd(client.close)
  let turn = 0
  const site = { client, base: () => tasks[(turn += 1) % 2]?.url ?? '', ledger: newLedger(), patience }
  const { entries, promises } = site.ledger
  const buyers = createBuyers(market)
  const probes: Probe[] = []
  const probing = startLoad(4, async () => {
    const ask = (path: string) => client.ask(tasks[0].url, { method: 'GET', path })
    const [live, ready] = await Promise.all([ask('/healthz'), ask('/readyz')])
    probes.push({ at: performance.now(), live, ready })
  })
  const load = startLoad(perSecond, async () => journey(site, await buyers()))

  const faults: { name: string; from: number; until: number; recovered: number }[] = []
  const inflict = async (name: string, begin: () => unknown, end: () => unknown): Promise<void> => {
    await pause(2_000)
    const from = performance.now()
    await begin()
    await end()
    const until = performance.now()
    const recovered = await readyAgain(tasks)
    faults.push({ name, from, until, recovered })
    say(`${name}: lasted ${ms(until - from)}, all tasks ready again ${ms(recovered)} after its end`)
  }
  const outageSeconds = short ? 4 : 30
  const hangSeconds = short ? 4 : 10
  await inflict('restart', server.stop, server.start)
  await inflict(`outage of ${String(outageSeconds)} s`, server.stop, async () => {
    await pause(outageSeconds * 1_000)
    await server.start()
  })
  await inflict(`hanging for ${String(hangSeconds)} s`, relay.freeze, async () => {
    await pause(hangSeconds * 1_000)
    relay.thaw()
  })
  await pause(2_000)
  await Promise.all([load.stop(), probing.stop()])

  const { lost, doubled } = await audit(databaseUrl, promises)
  const failures = count(entries, 'cut', 'wrong')
  const unavailable = entries.filter(({ verdict }) => verdict === 'unavailable')
  const [slow] = unavailable.toSorted((a, b) => b.ms - a.ms)
  const slowest = slow?.ms ?? 0
  const near = (at: number, slackMs: number) =>
    faults.some((f) => at >= f.from && at <= f.until + f.recovered + slackMs)
  const astray = unavailable.filter(({ at }) => !near(at, pageWithinMs)).length
  const deep = probes.filter(({ at }) =>
    faults.some((f) => f.until - f.from > 3_500 && at > f.from + 3_000 && at < f.until),
  )
  const probesBroken = deep.filter(({ ready }) => ready.status !== 503).length
  const dead = probes.filter(({ live }) => live.status !== 200).length
  for (const line of describe(site.ledger)) say(line)
  say(`the slowest page that speaks of the database: ${ms(slowest)} (${slow?.step ?? 'none'})`)
  say(`${String(probes.length)} probes, ${String(deep.length)} of them deep in a fault: not ready, always alive`)
  return {
    load: `${load.held()} journeys/s, 2 tasks, PostgreSQL`,
    faults: `${faults.map(({ name }) => name).join(', ')}: ${String(unavailable.length)} pages store-unavailable`,
    requests: entries.length,
    failures,
    lost: lost.length,
    broken: unless(
      [unavailable.length > 0, 'nobody met the outage'],
      [failures === 0, `${String(failures)} answers were neither due nor our page`],
      [slowest <= pageWithinMs, `a page took ${ms(slowest)}`],
      [astray === 0, `${String(astray)} pages store-unavailable outside the faults`],
      [faults.every(({ recovered }) => recovered <= recoveryMs), 'recovery took too long'],
      [dead === 0, `${String(dead)} liveness probes failed`],
      [deep.length > 0 && probesBroken === 0, `${String(probesBroken)} readiness probes did not answer 503`],
      [site.ledger.completed === load.begun(), `${String(load.begun() - site.ledger.completed)} journeys did not end`],
      [lost.length === 0, `lost: ${lost.slice(0, 3).join('; ')}`],
      [doubled.length === 0, `two rows: ${doubled.slice(0, 3).join(', ')}`],
      [tasks.every((task) => task.crashes().length === 0), `crashed: ${tasks.flatMap((t) => t.crashes()).join('\n')}`],
    ),
  }
}

/** Milliseconds until every task says that it is ready. */
async function readyAgain(tasks: readonly Task[]): Promise<number> {
  const since = performance.now()
  for (const { url } of tasks) {
    while (!(await isReady(url)) && performance.now() - since < 30_000) await pause(25)
  }
  return performance.now() - since
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/readyz`)
  await answer.body?.cancel()
  return answer.ok
}
