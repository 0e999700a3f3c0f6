import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { format } from 'prettier'
import { parseArguments } from '../support/arguments.ts'
import { onStage } from '../support/stage.ts'
import { show } from '../support/statistics.ts'
import { boundLines } from './bounds.ts'
import { memory, starting } from './footprint.ts'
import { latency } from './latency.ts'
import { smallTask } from './small-task.ts'
import type { Run } from './subjects.ts'
import { throughput, throughputLines } from './throughput.ts'

const file = join(import.meta.dirname, '../results.json')

/** `npm run bench`: compares the app with a bare handler in the same run, because absolute times on a shared machine vary. */
async function main(run: Run): Promise<void> {
  const machine = { cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30), node: process.version }
  line(`${String(machine.cores)} cores, ${String(machine.memoryGiB)} GiB, Node ${machine.node}`)

  const waits = await onStage((stage) => latency(stage, run))
  line('\nWhat a landing adds to the upstream, at 50 a second; the event loop’s delay (99.9th percentile)')
  for (const { subject, addedMs, added99Ms, timesBare, times99Bare, loopDelayMs } of waits)
    line(
      `${subject.padEnd(16)}  median ${addedMs.toFixed(1)} ms, 99th percentile ${added99Ms.toFixed(1)} ms; ` +
        `whole answer ${timesBare.toFixed(2)} and ${times99Bare.toFixed(2)} times bare; loop ${loopDelayMs.toFixed(1)} ms`,
    )

  const landings = await onStage((stage) => throughput(stage, run))
  line('\nLandings a second at full load, against a bare handler', ...throughputLines(landings))

  line('\nThe smallest task (0.25 processors, 512 MB), at 20 landings a second; start to ready; memory')
  const starts = await starting(run)
  const tasks = []
  for (const [index, version] of run.versions.entries()) {
    const small = await onStage((stage) => smallTask(stage, run, version))
    const size = await onStage((stage) => memory(stage, run, version))
    tasks.push({ subject: `sqlite${version.suffix}`, small, size, readyMs: starts[index] })
    line(
      `sqlite${version.suffix}`,
      `  ${(small.withinSecond * 100).toFixed(1)} % within a second, median ${small.medianMs.toFixed(0)} ms, at most ${small.peakMB.toFixed(0)} MB`,
      `  ready after ${starts[index] ? show(starts[index], 0) : ''} ms`,
      `  ${size.idle.toFixed(0)} MB idle, ${size.after.toFixed(0)} MB after ${size.landings.toLocaleString('en')} landings at full load`,
    )
  }
  const [first] = tasks
  if (first !== undefined) line('\nBounds', ...boundLines({ landings, waits, small: first.small }))
  if (run.quick || run.versions.length > 1) return
  writeFileSync(
    file,
    await format(JSON.stringify({ machine, landings, waits, tasks }, rounded), { parser: 'json', printWidth: 120 }),
  )
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1_000) / 1_000 : value
}

function line(...texts: readonly string[]): void {
  process.stdout.write(texts.map((text) => `${text}\n`).join(''))
}

const { values } = parseArguments({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    against: { type: 'string' },
  },
})
const other = values.against === undefined ? [] : [{ suffix: ' (other)', folder: resolve(values.against) }]
const rounds = Number(values.rounds ?? (values.quick ? 1 : 5))
await main({ quick: values.quick, rounds, versions: [{ suffix: '' }, ...other] })
