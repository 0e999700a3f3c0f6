import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startMarket } from '../drill/market.ts'
import { openStage } from '../drill/stage.ts'
import { startTask } from '../drill/task.ts'
import { spread, type Spread } from './spread.ts'

const root = join(import.meta.dirname, '../..')

export type Start = {
  /** From the process's start to `/readyz` 200, in milliseconds. */
  readonly readyMs: Spread
  /** From the process's start to the end of importing the same packages, in milliseconds. */
  readonly importMs: Spread
  readonly ratio: Spread
}

/** How much of a start is ours. */
export async function start(rounds: number): Promise<Start> {
  const imports: number[] = []
  const starts: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    imports.push(await timed(importPackages))
    const stage = openStage()
    const { url: marketplace } = await startMarket(stage)
    starts.push(
      await timed(() => startTask(stage, { marketplace, databaseUrl: `sqlite:${join(stage.folder, 'x.db')}` })),
    )
    await stage.close()
  }
  const ratios = starts.map((ms, round) => ms / (imports[round] ?? NaN))
  return { readyMs: spread(starts), importMs: spread(imports), ratio: spread(ratios) }
}

async function importPackages(): Promise<void> {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: object }
  const script = Object.keys(dependencies).map((name) => `await import('${name}');`)
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script.join('')], { cwd: root })
  await once(child, 'close')
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}
