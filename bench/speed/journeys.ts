import { createBuyers } from '../drill/buyer.ts'
import { createClient } from '../drill/client.ts'
import { quantile } from '../drill/figures.ts'
import { journey, newLedger, type Step } from '../drill/journey.ts'
import type { Stage } from '../drill/stage.ts'
import { startMarket } from '../drill/market.ts'
import { startTask } from '../drill/task.ts'
import { join } from 'node:path'

export type Journeys = {
  readonly perSecond: number
  /** Median of each step, in milliseconds. */
  readonly steps: Readonly<Record<Step, number>>
}

const atOnce = 20

/** Whole visits over and over: land, open the form, send it, see the confirmation. */
export async function journeys(stage: Stage, count: number): Promise<Journeys> {
  const market = await startMarket(stage)
  const databaseUrl = `sqlite:${join(stage.folder, 'journeys.db')}`
  const task = await startTask(stage, { marketplace: market.url, databaseUrl })
  const client = createClient(atOnce)
  stage.atEnd(client.close)
  const ledger = newLedger()
  const newBuyer = createBuyers(market)
  const buyers = await Promise.all(Array.from({ length: count }, newBuyer))
  const startedAt = performance.now()
  const visits = Array.from({ length: atOnce }, async () => {
    for (let buyer = buyers.pop(); buyer; buyer = buyers.pop())
      await journey({ client, base: () => task.url, ledger }, buyer)
  })
  await Promise.all(visits)
  const seconds = (performance.now() - startedAt) / 1000
  if (ledger.completed !== count) throw new Error(`${String(count - ledger.completed)} journeys failed`)
  const step = (name: Step) =>
    quantile(
      ledger.entries.filter((entry) => entry.step === name).map(({ ms }) => ms),
      0.5,
    )
  const steps = { landing: step('landing'), form: step('form'), submit: step('submit'), complete: step('complete') }
  return { perSecond: count / seconds, steps }
}
