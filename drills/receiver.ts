import { setTimeout as pause } from 'node:timers/promises'
import { createBuyers } from '../test/support/buyers/buyer.ts'
import { startReceiver, waiting } from '../bench/support/receiver.ts'
import { probeFlags, settledMemory } from '../bench/support/report.ts'
import { runOn } from '../bench/support/stage.ts'
import { ms } from '../bench/support/statistics.ts'
import { mebibytes, percent, type Figures, type Scene } from './figures.ts'
import { landingMs, settle, startJourneys, type Journeys } from './journeys.ts'

const perSecond = 20
const upstreamMs = 20
const mostGrowth = 0.1
const deliveredWithinMs = 60_000

/** The seller's webhook takes each message and never answers. No buyer notices, and one command makes up for it afterwards. */
export async function receiver(scene: Scene): Promise<Figures> {
  const { short, stage, market, start, say } = scene
  const [registrations, worstRatio] = short ? [100, 1.5] : [1_000, 1.1]
  let hangs = false
  const webhook = await startReceiver(stage, () => (hangs ? null : 204))
  const task = await start({ nodeFlags: probeFlags, env: webhook.env })
  const buyers = createBuyers(market, () => upstreamMs)
  const come = async (count: number): Promise<Journeys> => {
    const journeys = startJourneys(buyers, perSecond, { base: () => task.url })
    await pause((count / perSecond) * 1_000)
    await journeys.stop()
    return journeys
  }
  // Calm before and after, so that a machine that gets slower or faster meanwhile does not count.
  const warmUp = await come(registrations / 2)
  const calm = [await come(registrations / 2)]
  const before = await settledMemory(task)
  hangs = true
  const hanging = await come(registrations)
  const after = await settledMemory(task)
  const untold = await waiting(task.databaseUrl)
  hangs = false
  webhook.cut()
  const command = { args: ['src/cli/deliveries/main.ts', '--retry', 'all'], env: { DATABASE_URL: task.databaseUrl } }
  const retry = runOn(stage, command)
  const code = await retry.ended
  const told = await webhook.told(task.databaseUrl, deliveredWithinMs)
  calm.push(await come(registrations / 2))

  const ratio = landingMs([hanging]) / landingMs(calm)
  const growth = after.liveBytes / before.liveBytes - 1
  say(`median landing, calm / while the receiver hangs: ${ms(landingMs(calm))} / ${ms(landingMs([hanging]))}`)
  say(`memory after a full collection: ${mebibytes(before.liveBytes)}, then ${mebibytes(after.liveBytes)}`)
  say(`${String(untold)} registrations waited; all were told ${ms(told.tookMs)} after --retry all`)
  return {
    ...(await settle(
      scene,
      { journeys: [warmUp, ...calm, hanging], tasks: [task] },
      [ratio <= worstRatio, `a landing took ${ratio.toFixed(2)} times as long as in calm weather`],
      [growth <= mostGrowth, `memory grew by ${percent(growth)}`],
      [untold > registrations * 0.8 && code === 0, `${String(untold)} waited; --retry all said: ${retry.output()}`],
      [told.missed === 0, `${String(told.missed)} registrations were not told within a minute`],
    )),
    load: `${String(perSecond)} journeys/s, 1 task, SQLite`,
    faults:
      `the receiver hangs for ${String(hanging.ledger.completed)} registrations; median ${ratio.toFixed(2)} times the calm one, ` +
      `memory ${percent(growth)}, all told after ${ms(told.tookMs)}`,
  }
}
