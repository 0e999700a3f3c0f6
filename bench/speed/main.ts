import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startMarket } from '../drill/market.ts'
import { startPostgres } from '../drill/postgres.ts'
import { closeAllStages, openStage, type Stage } from '../drill/stage.ts'
import { journeys } from './journeys.ts'
import { latency } from './latency.ts'
import { memory } from './memory.ts'
import { say as spreadText } from './spread.ts'
import { start } from './start.ts'
import { throughput, throughputLines } from './throughput.ts'

const file = join(import.meta.dirname, '../results.json')

/** `npm run bench`: ratios against a baseline of the same run, for the clock of a shared machine means little by itself. */
async function main(quick: boolean): Promise<void> {
  const machine = { cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30), node: process.version }
  line(`${String(machine.cores)} cores, ${String(machine.memoryGiB)} GiB, Node ${machine.node}`)

  const landings = await on(async (stage) => {
    const [market, postgres] = [await startMarket(stage), await startPostgres(stage)]
    return throughput({ stage, market, postgres }, quick ? 1 : 5)
  })
  line('\nThroughput of POST /, against a bare handler', ...throughputLines(landings))

  const waits = await on((stage) => latency(stage, quick ? 3 : 15))
  line('\nWait for POST / at 50 a second, upstream 20 ms')
  for (const { subject, addedMs, toRedeemMs } of waits.subjects)
    line(
      `${subject.padEnd(8)}  added ${addedMs.toFixed(2)} ms, ${toRedeemMs.toFixed(2)} ms until ResolveCustomer is called`,
    )
  line(`An append to the disk and its sync: ${waits.diskMs.toFixed(2)} ms`)

  const visits = await on((stage) => journeys(stage, quick ? 200 : 2_000))
  const steps = Object.entries(visits.steps).map(([step, ms]) => `${step} ${ms.toFixed(1)} ms`)
  line(`\nWhole journeys: ${visits.perSecond.toFixed(0)} a second; ${steps.join(', ')}`)

  const starting = await start(quick ? 2 : 7)
  line(
    `\nStart to ready: ${spreadText(starting.readyMs, 0)} ms, ${spreadText(starting.ratio)} times importing the packages alone`,
  )

  const size = await on((stage) => memory(stage, quick ? 2_000 : 50_000))
  line(
    `\nResident: ${size.idle.toFixed(0)} MB idle, ${size.after.toFixed(0)} MB after ${size.landings.toLocaleString('en')} landings`,
  )

  const results = { machine, landings, waits, visits, starting, size }
  if (!quick) writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`)
}

async function on<T>(measure: (stage: Stage) => Promise<T>): Promise<T> {
  const stage = openStage()
  try {
    return await measure(stage)
  } finally {
    await stage.close()
  }
}

function line(...texts: readonly string[]): void {
  process.stdout.write(texts.map((text) => `${text}\n`).join(''))
}

process.once('SIGINT', () => {
  void closeAllStages().then(() => process.exit(130))
})
const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } })
await main(values.quick)
