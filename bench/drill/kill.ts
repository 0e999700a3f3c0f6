import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { createBuyers } from '../../test/support/buyers/buyer.ts'
import { createDatabase } from '../../test/support/postgres.ts'
import { startMarket } from '../support/market.ts'
import { postgresOn } from '../support/stage.ts'
import { startTask, type Task } from '../support/task.ts'
import type { Figures, Scene } from './figures.ts'
import { settle, startJourneys } from './journeys.ts'

/** Whoever meets a killed task tries the same again until it is back. */
const patience = { on: 'cut', everyMs: 500, times: 60 } as const

export function killOnSqlite(scene: Scene): Promise<Figures> {
  return kill(scene, 1)
}

export async function killOnPostgres(scene: Scene): Promise<Figures> {
  return kill(scene, 2, await createDatabase((await postgresOn(scene.stage)).url))
}

/** Tasks die at random moments under load. What a buyer was told is stored is stored. */
async function kill(scene: Scene, taskCount: 1 | 2, databaseUrl?: string): Promise<Figures> {
  const { short, seed, stage } = scene
  const market = await startMarket(stage)
  const start = () => startTask(stage, { databaseUrl, marketplace: market.url })
  const tasks: [Task, ...Task[]] = [await start()]
  if (taskCount === 2) tasks.push(await start())

  let turn = 0
  const base = () => tasks[(turn += 1) % taskCount]?.url ?? ''
  const journeys = startJourneys(createBuyers(market), short ? 15 : 30, { base, patience })
  const blow = fc.noBias(fc.record({ afterMs: fc.integer({ min: 300, max: 1_800 }), task: fc.constantFrom(...tasks) }))
  const blows = fc.sample(blow, { seed, numRuns: short ? 3 : 20 })
  for (const { afterMs, task } of blows) {
    await pause(afterMs)
    await task.end('SIGKILL')
    await task.start()
  }
  await journeys.stop()

  const cut = journeys.ledger.entries.filter(({ verdict }) => verdict === 'cut').length
  const met = [cut > 0, 'no request was cut: the load was too small to show anything'] as const
  return {
    ...(await settle(scene, { journeys: [journeys], tasks, excused: 'cut' }, met)),
    load: `${journeys.held()} journeys/s, ${String(taskCount)} task${taskCount > 1 ? 's' : ''}`,
    faults: `${String(blows.length)} times kill -9, ${String(cut)} requests cut`,
  }
}
