import { audit } from './audit.ts'
import { createBuyers } from './buyer.ts'
import { createClient } from './client.ts'
import { count, describe, unless, type Figures, type Scene } from './figures.ts'
import { startBalancer } from './haproxy.ts'
import { journey, newLedger } from './journey.ts'
import { startLoad } from './load.ts'
import { startMarket } from './market.ts'
import { startTask } from './task.ts'

const drainSeconds = 3

/** Two tasks behind a balancer are replaced one after the other, again and again, while buyers come. Nobody notices. */
export async function rollingRestart({ short, stage, postgres, say }: Scene): Promise<Figures> {
  const restarts = short ? 1 : 5
  const perSecond = short ? 10 : 25
  const databaseUrl = await (await postgres()).createDatabase()
  const market = await startMarket(stage)
  const options = { databaseUrl, marketplace: market.url, env: { DRAIN_SECONDS: String(drainSeconds) } }
  const tasks = await Promise.all([startTask(stage, options), startTask(stage, options)])
  const balancer = await startBalancer(stage, tasks)
  await balancer.allHealthy()

  const client = createClient()
  stage.atEnd(client.close)
  const site = { client, base: () => balancer.url, ledger: newLedger() }
  const buyers = createBuyers(market)
  const load = startLoad(perSecond, async () => journey(site, await buyers()))
  const exits: string[] = []
  for (let round = 1; round <= restarts; round += 1) {
    for (const task of tasks) {
      exits.push(await task.stop())
      await task.start()
      await balancer.allHealthy()
    }
    say(`round ${String(round)}: both tasks restarted, ${String(load.begun())} visits so far`)
  }
  await load.stop()

  const { entries, promises, completed } = site.ledger
  const { lost, doubled } = await audit(databaseUrl, promises)
  const failures = count(entries, 'cut', 'unavailable', 'wrong')
  for (const line of describe(site.ledger)) say(line)
  return {
    load: `${load.held()} journeys/s through HAProxy, 2 tasks, PostgreSQL`,
    faults: `${String(exits.length)} restarts by SIGTERM`,
    requests: entries.length,
    failures,
    lost: lost.length,
    broken: unless(
      [failures === 0, `${String(failures)} requests failed`],
      [completed === load.begun(), `${String(load.begun() - completed)} journeys did not end`],
      [lost.length === 0, `lost: ${lost.slice(0, 3).join('; ')}`],
      [doubled.length === 0, `two rows: ${doubled.slice(0, 3).join(', ')}`],
      [exits.every((code) => code === '0'), `tasks ended with ${exits.join(', ')}`],
      [tasks.every((task) => task.crashes().length === 0), `crashed: ${tasks.flatMap((t) => t.crashes()).join('\n')}`],
    ),
  }
}
