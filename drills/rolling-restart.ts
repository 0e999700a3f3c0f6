import { createDatabase } from '../test/support/postgres.ts'
import { postgresOn } from '../bench/support/stage.ts'
import type { Figures, Scene } from './figures.ts'
import { startBalancer } from './haproxy.ts'
import { settle, startJourneys } from './journeys.ts'

const drainSeconds = 3

/** Two tasks behind a balancer are replaced one after the other, again and again, while buyers come. Nobody notices. */
export async function rollingRestart(scene: Scene): Promise<Figures> {
  const { short, stage, buyers, start, say } = scene
  const restarts = short ? 1 : 5
  const databaseUrl = await createDatabase((await postgresOn(stage)).url)
  const options = { databaseUrl, env: { DRAIN_SECONDS: String(drainSeconds) } }
  const tasks = await Promise.all([start(options), start(options)])
  const balancer = await startBalancer(stage, tasks)
  await balancer.allHealthy()

  const journeys = startJourneys(buyers, short ? 10 : 25, { base: () => balancer.url })
  const exits: (number | string)[] = []
  for (let round = 1; round <= restarts; round += 1) {
    for (const task of tasks) {
      exits.push(await task.end('SIGTERM'))
      await task.start()
      await balancer.allHealthy()
    }
    say(`round ${String(round)}: both tasks restarted, ${String(journeys.begun())} journeys so far`)
  }
  await journeys.stop()

  const stopped = [exits.every((code) => code === 0), `tasks ended with ${exits.join(', ')}`] as const
  return {
    ...(await settle(scene, { journeys: [journeys], tasks }, stopped)),
    load: `${journeys.held()} journeys/s through HAProxy, 2 tasks, PostgreSQL`,
    faults: `${String(exits.length)} restarts by SIGTERM`,
  }
}
