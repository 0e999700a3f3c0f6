import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { createBuyers } from '../test/support/buyers/buyer.ts'
import { land } from '../test/support/buyers/client.ts'
import { startLoad } from '../bench/support/load.ts'
import { ms } from '../bench/support/statistics.ts'
import type { Figures, Scene } from './figures.ts'
import { landingMs, settle, startJourneys, type Journeys } from './journeys.ts'

/** The failing scenarios and the page that each must show. Of 30 buyers, `weight` get each one; 14 have no failure. */
const faults = [
  { weight: 10, scenario: 'throttled', status: 503, page: 'marketplace-busy' },
  { weight: 3, scenario: 'hanging', status: 504, page: 'marketplace-unreachable' },
  { weight: 3, scenario: 'connection-reset', status: 504, page: 'marketplace-unreachable' },
] as const
const healthyShare = 14 / 30
const arbitraryFault = fc.oneof(...faults.map((one) => ({ weight: one.weight, arbitrary: fc.constant(one) })))
const worstRatio = 1.5

/** Calls of AWS fail for most buyers. These see the matching page, and the other buyers are not affected. */
export async function storm(scene: Scene): Promise<Figures> {
  const { short, seed, market, start, say } = scene
  const [perSecond, seconds, rounds] = short ? [30, 6, 1] : [60, 20, 3]
  // The short form uses a shorter deadline for calls that hang.
  const instance = await start({ env: { MARKETPLACE_DEADLINE_MS: short ? '4000' : '8000' } })

  // Multiples of the golden ratio spread the latency evenly over 20 to 2,000 ms, even with few buyers.
  const buyers = createBuyers(market, (n) => Math.round(20 + ((n * 0.618_033_988_749_895) % 1) * 1_980))
  const healthy = () => startJourneys(buyers, perSecond * healthyShare, { base: () => instance.url })
  const failing = fc.sample(arbitraryFault, { seed, numRuns: 997 })
  let [faulty, wrong] = [0, 0]
  const landWithFault = async (): Promise<void> => {
    const { scenario, ...due } = failing[(faulty += 1) % failing.length] ?? faults[0]
    const [token = ''] = await market.tokens({ scenario }, 1)
    const { status, page } = await land(instance.url, token)
    if (status !== due.status || page !== due.page) wrong += 1
  }
  const baseline: Journeys[] = []
  const during: Journeys[] = []
  const warmUp = healthy()
  await pause(2_000)
  await warmUp.stop()
  for (let round = 0; round < rounds; round += 1)
    for (const phase of [baseline, during]) {
      phase.push(healthy())
      const load = phase === during ? startLoad(perSecond * (1 - healthyShare), landWithFault) : null
      await pause(seconds * 1_000)
      await Promise.all([phase.at(-1)?.stop(), load?.stop()])
    }

  const ratio = landingMs(during) / landingMs(baseline)
  say(`${String(faulty)} buyers had a failure; ${String(wrong)} of them saw the wrong page`)
  say(
    `median landing of the other buyers, baseline / during the failures: ${ms(landingMs(baseline))} / ${ms(landingMs(during))}`,
  )
  const settled = await settle(
    scene,
    { journeys: [warmUp, ...baseline, ...during], instances: [instance] },
    [wrong === 0, `${String(wrong)} buyers with a failure saw the wrong page`],
    [ratio <= worstRatio, `the other buyers waited ${ratio.toFixed(2)} times the baseline`],
  )
  return {
    ...settled,
    requests: settled.requests + faulty,
    failures: settled.failures + wrong,
    load: `${String(perSecond)} buyers/s, 1 instance, SQLite`,
    faults: `a third throttled, a tenth hanging, a tenth reset, latency 20 to 2,000 ms; median ${ratio.toFixed(2)} times the baseline`,
  }
}
