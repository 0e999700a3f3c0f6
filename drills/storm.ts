import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { createBuyers } from '../test/support/buyers/buyer.ts'
import { land } from '../test/support/buyers/client.ts'
import { startLoad } from '../bench/support/load.ts'
import { ms } from '../bench/support/statistics.ts'
import type { Figures, Scene } from './figures.ts'
import { landingMs, settle, startJourneys, type Journeys } from './journeys.ts'

/** Of thirty buyers so many meet each trouble, and see its page in the end. Fourteen are healthy. */
const troubles = [
  { weight: 10, scenario: 'throttled', status: 503, page: 'marketplace-busy' },
  { weight: 3, scenario: 'hanging', status: 504, page: 'marketplace-unreachable' },
  { weight: 3, scenario: 'connection-reset', status: 504, page: 'marketplace-unreachable' },
] as const
const healthyShare = 14 / 30
const trouble = fc.oneof(...troubles.map((one) => ({ weight: one.weight, arbitrary: fc.constant(one) })))
const worstRatio = 1.5

/** AWS Marketplace is in trouble for most buyers. They read so on a page of ours; the others notice nothing. */
export async function storm(scene: Scene): Promise<Figures> {
  const { short, seed, market, start, say } = scene
  const [perSecond, seconds, rounds] = short ? [30, 6, 1] : [60, 20, 3]
  // In the short form nobody waits for the whole deadline of a hanging call.
  const task = await start({ env: { MARKETPLACE_DEADLINE_MS: short ? '4000' : '8000' } })

  // AWS's latency, 20 to 2,000 ms, is spread evenly by the golden ratio: few buyers suffice to compare two weathers.
  const buyers = createBuyers(market, (n) => Math.round(20 + ((n * 0.618_033_988_749_895) % 1) * 1_980))
  const healthy = () => startJourneys(buyers, perSecond * healthyShare, { base: () => task.url })
  const coming = fc.sample(trouble, { seed, numRuns: 997 })
  let [troubled, wrong] = [0, 0]
  const inTrouble = async (): Promise<void> => {
    const { scenario, ...due } = coming[(troubled += 1) % coming.length] ?? troubles[0]
    const [token = ''] = await market.tokens({ scenario }, 1)
    const { status, page } = await land(task.url, token)
    if (status !== due.status || page !== due.page) wrong += 1
  }
  const calm: Journeys[] = []
  const stormy: Journeys[] = []
  const warmUp = healthy()
  await pause(2_000)
  await warmUp.stop()
  for (let round = 0; round < rounds; round += 1)
    for (const weather of [calm, stormy]) {
      weather.push(healthy())
      const load = weather === stormy ? startLoad(perSecond * (1 - healthyShare), inTrouble) : null
      await pause(seconds * 1_000)
      await Promise.all([weather.at(-1)?.stop(), load?.stop()])
    }

  const ratio = landingMs(stormy) / landingMs(calm)
  say(`${String(troubled)} buyers met trouble; ${String(wrong)} of them saw anything but its page`)
  say(`median landing of healthy buyers, calm / storm: ${ms(landingMs(calm))} / ${ms(landingMs(stormy))}`)
  const settled = await settle(
    scene,
    { journeys: [warmUp, ...calm, ...stormy], tasks: [task] },
    [wrong === 0, `${String(wrong)} buyers in trouble saw another page than its own`],
    [ratio <= worstRatio, `healthy buyers waited ${ratio.toFixed(2)} times as long as in calm weather`],
  )
  return {
    ...settled,
    requests: settled.requests + troubled,
    failures: settled.failures + wrong,
    load: `${String(perSecond)} buyers/s, 1 task, SQLite`,
    faults: `a third throttled, a tenth hanging, a tenth reset, latency 20 to 2,000 ms; median ${ratio.toFixed(2)} times the calm one`,
  }
}
