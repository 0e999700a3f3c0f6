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

/** The seller's webhook never answers. Buyers are not affected, and one command sends everything afterwards. */
export async function receiver(scene: Scene): Promise<Figures> {
  const { short, stage, market, start, say } = scene
  const [registrations, worstRatio] = short ? [100, 1.5] : [1_000, 1.1]
  let hangs = false
  const webhook = await startReceiver(stage, () => (hangs ? null : 204))
  const instance = await start({ nodeFlags: probeFlags, env: webhook.env })
  const buyers = createBuyers(market, () => upstreamMs)
  const runJourneys = async (count: number): Promise<Journeys> => {
    const journeys = startJourneys(buyers, perSecond, { base: () => instance.url })
    await pause((count / perSecond) * 1_000)
    await journeys.stop()
    return journeys
  }
  // Measure the baseline before and after, so that a change in the machine's speed has no effect.
  const warmUp = await runJourneys(registrations / 2)
  const baseline = [await runJourneys(registrations / 2)]
  const before = await settledMemory(instance)
  hangs = true
  const hanging = await runJourneys(registrations)
  const after = await settledMemory(instance)
  const pending = await waiting(instance.databaseUrl)
  hangs = false
  webhook.cut()
  const command = {
    args: ['src/cli/deliveries/main.ts', '--retry', 'all'],
    env: { DATABASE_URL: instance.databaseUrl },
  }
  const retry = runOn(stage, command)
  const code = await retry.ended
  const notified = await webhook.notified(instance.databaseUrl, deliveredWithinMs)
  baseline.push(await runJourneys(registrations / 2))

  const ratio = landingMs([hanging]) / landingMs(baseline)
  const growth = after.liveBytes / before.liveBytes - 1
  say(`median landing, baseline / while the receiver hangs: ${ms(landingMs(baseline))} / ${ms(landingMs([hanging]))}`)
  say(`memory after garbage collection: ${mebibytes(before.liveBytes)} before, ${mebibytes(after.liveBytes)} after`)
  say(`${String(pending)} deliveries were pending; all were sent ${ms(notified.tookMs)} after --retry all`)
  return {
    ...(await settle(
      scene,
      { journeys: [warmUp, ...baseline, hanging], instances: [instance] },
      [ratio <= worstRatio, `a landing took ${ratio.toFixed(2)} times the baseline`],
      [growth <= mostGrowth, `memory grew by ${percent(growth)}`],
      [
        pending > registrations * 0.8 && code === 0,
        `${String(pending)} deliveries were pending; --retry all printed: ${retry.output()}`,
      ],
      [notified.missed === 0, `${String(notified.missed)} registrations were not delivered within a minute`],
    )),
    load: `${String(perSecond)} journeys/s, 1 instance, SQLite`,
    faults:
      `the receiver hangs for ${String(hanging.ledger.completed)} registrations; median ${ratio.toFixed(2)} times the baseline, ` +
      `memory ${percent(growth)}, all delivered after ${ms(notified.tookMs)}`,
  }
}
