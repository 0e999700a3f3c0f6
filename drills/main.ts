import { createBuyers } from '../test/support/buyers/buyer.ts'
import { endWithUsageError, parseArguments } from '../bench/support/arguments.ts'
import { startMarket } from '../bench/support/market.ts'
import { onStage } from '../bench/support/stage.ts'
import { startInstance } from '../bench/support/instance.ts'
import { table, type Drill, type Figures, type Scene } from './figures.ts'
import { consumer } from './consumer.ts'
import { fuzz } from './fuzz.ts'
import { kill } from './kill.ts'
import { memory } from './memory.ts'
import { outage } from './outage.ts'
import { receiver } from './receiver.ts'
import { rollingRestart } from './rolling-restart.ts'
import { slowClients } from './slow-clients.ts'
import { storm } from './storm.ts'

const kills = {
  'kill-sqlite': (scene: Scene) => kill(scene, 'SQLite'),
  'kill-postgres': (scene: Scene) => kill(scene, 'PostgreSQL'),
  'consumer-sqlite': (scene: Scene) => consumer(scene, 'SQLite'),
  'consumer-postgres': (scene: Scene) => consumer(scene, 'PostgreSQL'),
}
const others = { outage, receiver, storm, fuzz, 'slow-clients': slowClients, memory }
const drills = new Map<string, Drill>(Object.entries({ 'rolling-restart': rollingRestart, ...kills, ...others }))

/** `npm run drill`: runs all drills, or the named ones, in sequence. A failed drill does not stop the others. */
async function main(): Promise<boolean> {
  const { values, positionals } = parseArguments({
    allowPositionals: true,
    options: { short: { type: 'boolean', default: false }, seed: { type: 'string' } },
  })
  const names = positionals.length > 0 ? positionals : [...drills.keys()]
  const unknown = names.filter((name) => !drills.has(name))
  if (unknown.length > 0)
    endWithUsageError(`unknown drill: ${unknown.join(', ')}. Drills: ${[...drills.keys()].join(', ')}`)
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
  if (!Number.isInteger(seed)) endWithUsageError('--seed must be a whole number')

  print(`seed ${String(seed)} (--seed ${String(seed)} repeats the same faults and requests)`)
  const results: [name: string, figures: Figures][] = []
  for (const [name, drill] of drills) {
    if (!names.includes(name)) continue
    const startedAt = performance.now()
    print(`\n${name}`)
    const figures = await run(drill, { short: values.short, seed, say })
    for (const line of figures.broken) say(`FAILED: ${line}`)
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0)
    say(`${figures.broken.length === 0 ? 'passed' : 'failed'} after ${seconds} s`)
    results.push([name, figures])
  }
  print(`\n${table(results)}`)
  return results.every(([, { broken }]) => broken.length === 0)
}

async function run(drill: Drill, scene: Pick<Scene, 'short' | 'seed' | 'say'>): Promise<Figures> {
  try {
    return await onStage(async (stage) => {
      const market = await startMarket(stage)
      const start: Scene['start'] = (options) => startInstance(stage, { ...options, marketplace: market.url })
      return drill({ ...scene, stage, market, buyers: createBuyers(market), start })
    })
  } catch (error) {
    const broken = [error instanceof Error ? (error.stack ?? error.message) : String(error)]
    return { load: '', faults: '', requests: 0, failures: 0, lost: null, broken }
  }
}

function say(line: string): void {
  print(`  ${line}`)
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

process.exitCode = (await main()) ? 0 : 1
