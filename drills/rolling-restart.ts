import { createDatabase } from '../test/support/postgres.ts'
import { postgresOn } from '../bench/support/stage.ts'
import type { Figures, Scene } from './figures.ts'
import { startBalancer } from './haproxy.ts'
import { settle, startJourneys } from './journeys.ts'

const drainSeconds = 3

/** Restarts two instances behind a load balancer in turn, several times. No buyer sees a failure. */
export async function rollingRestart(scene: Scene): Promise<Figures> {
  const { short, stage, buyers, start, say } = scene
  const restarts = short ? 1 : 5
  const databaseUrl = await createDatabase((await postgresOn(stage)).url)
  const options = { databaseUrl, env: { DRAIN_SECONDS: String(drainSeconds) } }
  const instances = await Promise.all([start(options), start(options)])
  const balancer = await startBalancer(stage, instances)
  await balancer.allHealthy()

  const journeys = startJourneys(buyers, short ? 10 : 25, { base: () => balancer.url })
  const exits: (number | string)[] = []
  for (let round = 1; round <= restarts; round += 1) {
    for (const instance of instances) {
      exits.push(await instance.end('SIGTERM'))
      await instance.start()
      await balancer.allHealthy()
    }
    say(`round ${String(round)}: both instances restarted, ${String(journeys.begun())} journeys so far`)
  }
  await journeys.stop()

  const stopped = [exits.every((code) => code === 0), `instances ended with ${exits.join(', ')}`] as const
  return {
    ...(await settle(scene, { journeys: [journeys], instances }, stopped)),
    load: `${journeys.held()} journeys/s through HAProxy, 2 instances, PostgreSQL`,
    faults: `${String(exits.length)} restarts by SIGTERM`,
  }
}
