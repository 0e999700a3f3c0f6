import { join } from 'node:path'
import { createClient } from './client.ts'
import { unless, type Figures, type Scene } from './figures.ts'
import { heapFlags, mebibytes, memoryOf } from './heap.ts'
import { landing } from './journey.ts'
import { startMarket } from './market.ts'
import { startTask } from './task.ts'

const atOnce = 32
const mostGrowth = 0.1

/** Many landings in one process leave nothing behind in its memory. */
export async function memory({ short, stage, say }: Scene): Promise<Figures> {
  const [first, all] = short ? [1_000, 3_000] : [10_000, 100_000]
  const market = await startMarket(stage)
  const databaseUrl = `sqlite:${join(stage.folder, 'landing.db')}`
  const task = await startTask(stage, { databaseUrl, marketplace: market.url, nodeFlags: heapFlags })
  const client = createClient()
  stage.atEnd(client.close)

  let failures = 0
  const land = async (landings: number): Promise<void> => {
    for (let left = landings; left > 0; left -= 2_000) {
      const tokens = [...(await market.tokens({ scenario: 'new-buyer' }, Math.min(left, 2_000)))]
      const visitor = async (): Promise<void> => {
        for (let token = tokens.pop(); token !== undefined; token = tokens.pop()) {
          const { status } = await client.ask(task.url, landing(token))
          if (status !== 303) failures += 1
        }
      }
      await Promise.all(Array.from({ length: atOnce }, visitor))
    }
  }
  const cold = await memoryOf(task)
  await land(first)
  const warm = await memoryOf(task)
  const startedAt = performance.now()
  await land(all - first)
  const perSecond = (all - first) / ((performance.now() - startedAt) / 1000)
  const end = await memoryOf(task)

  const growth = end.live / warm.live - 1
  const percent = `${growth >= 0 ? '+' : ''}${(growth * 100).toFixed(1)} %`
  const what = (name: string, { live, rss }: typeof cold) => `${name} ${mebibytes(live)} (resident ${mebibytes(rss)})`
  say(`after a full collection: ${what('at the start', cold)}, ${what(`after ${String(first)} landings`, warm)},`)
  say(`${what(`after ${String(all)}`, end)}: ${percent}; ${perSecond.toFixed(0)} landings/s`)
  return {
    load: `${perSecond.toFixed(0)} landings/s, 1 task, SQLite`,
    faults: `none; memory ${percent} from ${first.toLocaleString('en')} to ${all.toLocaleString('en')} landings`,
    requests: all,
    failures,
    lost: null,
    broken: unless(
      [failures === 0, `${String(failures)} landings failed`],
      [growth <= mostGrowth, `memory grew by ${percent}`],
      [task.crashes().length === 0, `crashed: ${task.crashes().join('\n')}`],
    ),
  }
}
