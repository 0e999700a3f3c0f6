import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { audit } from './audit.ts'
import { createBuyers } from './buyer.ts'
import { createClient } from './client.ts'
import { count, describe, unless, type Figures, type Scene } from './figures.ts'
import { journey, newLedger } from './journey.ts'
import { startLoad } from './load.ts'
import { startMarket } from './market.ts'
import { randomFrom } from './random.ts'
import { startTask } from './task.ts'

/** Whoever meets a killed task tries the same again until it is back. */
const patience = { on: ['cut'], everyMs: 500, times: 60 } as const

export function killOnSqlite(scene: Scene): Promise<Figures> {
  return kill(scene, { databaseUrl: `sqlite:${join(scene.stage.folder, 'landing.db')}`, taskCount: 1 })
}

export async function killOnPostgres(scene: Scene): Promise<Figures> {
  return kill(scene, { databaseUrl: await (await scene.postgres()).createDatabase(), taskCount: 2 })
}

type Where = { readonly databaseUrl: string; readonly taskCount: number }

/** Tasks die at random moments under load. What a buyer was told is stored is stored. */
async function kill({ short, seed, stage, say }: Scene, { databaseUrl, taskCount }: Where): Promise<Figures> {
  const kills = short ? 3 : 20
  const perSecond = short ? 15 : 30
  const random = randomFrom(seed)
  const market = await startMarket(stage)
  const start = () => startTask(stage, { databaseUrl, marketplace: market.url })
  const tasks = await Promise.all(Array.from({ length: taskCount }, start))

  const client = createClient()
  stage.atEnd(client.close)
  const anyTask = () => tasks[Math.floor(Math.random() * tasks.length)]
  const site = { client, base: () => anyTask()?.url ?? '', ledger: newLedger(), patience }
  const buyers = createBuyers(market)
  const load = startLoad(perSecond, async () => journey(site, await buyers()))
  let killed = 0
  while (killed < kills) {
    await pause(300 + random() * 1_500)
    const task = tasks[Math.floor(random() * tasks.length)]
    await task?.kill()
    killed += 1
    await task?.start()
  }
  await load.stop()

  const { entries, promises, completed } = site.ledger
  const { rows, lost, doubled } = await audit(databaseUrl, promises)
  const failures = count(entries, 'wrong', 'unavailable')
  const cut = count(entries, 'cut')
  for (const line of describe(site.ledger)) say(line)
  say(
    `${String(rows)} rows for ${String(load.begun())} buyers; ${String(promises.length)} were told that they are registered`,
  )
  return {
    load: `${load.held()} journeys/s, ${String(taskCount)} task${taskCount > 1 ? 's' : ''}`,
    faults: `${String(killed)} times kill -9, ${String(cut)} requests cut`,
    requests: entries.length,
    failures,
    lost: lost.length,
    broken: unless(
      [cut > 0, 'no request was cut: the load was too small to show anything'],
      [failures === 0, `${String(failures)} wrong answers`],
      [completed === load.begun(), `${String(load.begun() - completed)} journeys did not end`],
      [lost.length === 0, `lost: ${lost.slice(0, 3).join('; ')}`],
      [doubled.length === 0, `two rows: ${doubled.slice(0, 3).join(', ')}`],
      [tasks.every((task) => task.crashes().length === 0), `crashed: ${tasks.flatMap((t) => t.crashes()).join('\n')}`],
    ),
  }
}
