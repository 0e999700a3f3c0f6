import fc from 'fast-check'
import { land, pageOf } from '../test/support/buyers/client.ts'
import { journey, newLedger, open, purchaseIn } from '../test/support/buyers/journey.ts'
import type { Market } from '../test/support/buyers/market.ts'
import { probeFlags, settledMemory } from '../bench/support/report.ts'
import type { Task } from '../bench/support/task.ts'
import { mebibytes, noCrash, percent, unless, type Figures, type Scene } from './figures.ts'
import { mutants, type Mutant, type Valid } from './mutants.ts'
import { exchange } from './raw.ts'

const atOnce = 48
const chunk = 500
const mostGrowth = 0.2
/** A whole request is waited for; of one that may be unfinished, silence says enough. */
const silenceMs = { whole: 5_000, unclear: 200 }

type Seen = {
  /** How often each was answered; 0 is no answer where none is due. */
  readonly statuses: Map<number, number>
  readonly pages: Set<string>
  readonly failures: { readonly why: string; readonly mutant: Mutant }[]
}

/** Nearly right, wrong and absurd requests: no crash, no answer that blames us, no page that is not ours, no memory kept. */
export async function fuzz({ short, seed, market, buyers, start, say }: Scene): Promise<Figures> {
  const [warmUp, requests] = short ? [500, 3_000] : [5_000, 100_000]
  const task = await start({
    nodeFlags: probeFlags,
    // Over http no mutant can make the connection insecure; with a limit that nobody reaches, its code runs too.
    env: { PUBLIC_URL: 'http://localhost:3000', RATE_LIMIT_PER_MINUTE: '1000000' },
  })
  const seen: Seen = { statuses: new Map(), pages: new Set(), failures: [] }
  const run = async (from: number, until: number): Promise<void> => {
    for (let n = from; n < until; n += chunk) {
      const queue = fc.sample(mutants(await validValues(task, market)), { seed: seed + n, numRuns: chunk })
      const worker = async (): Promise<void> => {
        for (let mutant = queue.pop(); mutant; mutant = queue.pop()) await send(task, mutant, seen)
      }
      await Promise.all(Array.from({ length: atOnce }, worker))
    }
  }
  await run(0, warmUp)
  const before = await settledMemory(task)
  await run(warmUp, warmUp + requests)
  const after = await settledMemory(task)
  const ledger = newLedger()
  await journey({ base: () => task.url, ledger }, await buyers())

  const growth = after.liveBytes / before.liveBytes - 1
  const statuses = [...seen.statuses].sort(([a], [b]) => a - b).map((pair) => pair.join(': '))
  say(`answers: ${statuses.join(', ')} (0: none, to a request of unclear end)`)
  say(`pages seen: ${[...seen.pages].sort().join(', ')}`)
  say(`memory after a full collection: ${mebibytes(before.liveBytes)}, then ${mebibytes(after.liveBytes)}`)
  for (const [why, group] of Map.groupBy(seen.failures, ({ why }) => why))
    say(`${why}, ${String(group.length)} times: ${JSON.stringify(group[0]?.mutant.bytes.toString()).slice(0, 1_500)}`)
  return {
    load: `${String(atOnce)} bare sockets, 1 task, SQLite`,
    faults: `mutated requests, seed ${String(seed)}; memory ${percent(growth)}`,
    requests: requests + warmUp,
    failures: seen.failures.length,
    lost: null,
    broken: unless(
      [seen.failures.length === 0, `${String(seen.failures.length)} answers were a 5xx, no page of ours or none`],
      noCrash(task),
      [ledger.completed === 1, 'no buyer could register afterwards'],
      [growth <= mostGrowth, `memory grew by ${percent(growth)}`],
    ),
  }
}

async function validValues(task: Task, market: Market): Promise<Valid> {
  const sessions = (await market.tokens({ scenario: 'new-buyer' }, 5)).map(async (token) => {
    const { cookie } = await land(task.url, token)
    return { cookie, id: purchaseIn(await open(`${task.url}/registration`, cookie)) }
  })
  const tokens = await market.tokens({ scenario: 'new-buyer' }, 200)
  return { sessions: await Promise.all(sessions), tokens: tokens.map(encodeURIComponent) }
}

async function send({ port }: Task, mutant: Mutant, { statuses, pages, failures }: Seen): Promise<void> {
  const answers = await exchange(port, mutant.bytes, mutant.whole ? silenceMs.whole : silenceMs.unclear)
  for (const status of answers.length > 0 ? answers.map((answer) => answer.status) : [0])
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
  if (answers.length === 0 && mutant.whole) failures.push({ why: 'no answer', mutant })
  for (const { status, html, text } of answers) {
    const name = pageOf(text)
    if (name !== null) pages.add(name)
    if (status >= 500) failures.push({ why: `answered ${String(status)} ${name ?? ''}`, mutant })
    else if (html && name === null && (status < 300 || status >= 400))
      failures.push({ why: `a page without a name, ${String(status)}`, mutant })
  }
}
