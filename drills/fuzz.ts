import fc from 'fast-check'
import { land, pageOf } from '../test/support/buyers/client.ts'
import { journey, newLedger, open, purchaseIn } from '../test/support/buyers/journey.ts'
import type { Market } from '../test/support/buyers/market.ts'
import { probeFlags, settledMemory } from '../bench/support/report.ts'
import type { Instance } from '../bench/support/instance.ts'
import { mebibytes, noCrash, percent, unless, type Figures, type Scene } from './figures.ts'
import { mutants, type Mutant, type Valid } from './mutants.ts'
import { exchange } from './raw.ts'

const atOnce = 48
const chunk = 500
const mostGrowth = 0.2
/** How long to wait for a response: to a complete request, and to one that may be incomplete. */
const silenceMs = { whole: 5_000, unclear: 200 }

type Seen = {
  /** Number of responses by status; 0 counts incomplete requests without a response. */
  readonly statuses: Map<number, number>
  readonly pages: Set<string>
  readonly failures: { readonly why: string; readonly mutant: Mutant }[]
}

/** Sends mutated requests. The app does not crash, returns no 5xx and only its own pages, and does not leak memory. */
export async function fuzz({ short, seed, market, buyers, start, say }: Scene): Promise<Figures> {
  const [warmUp, requests] = short ? [500, 3_000] : [5_000, 100_000]
  const instance = await start({
    nodeFlags: probeFlags,
    // With an http origin, no mutant causes `connection-insecure`. The high limit keeps the rate limiter on but unreached.
    env: { PUBLIC_URL: 'http://localhost:3000', RATE_LIMIT_PER_MINUTE: '1000000' },
  })
  const seen: Seen = { statuses: new Map(), pages: new Set(), failures: [] }
  const run = async (from: number, until: number): Promise<void> => {
    for (let n = from; n < until; n += chunk) {
      const queue = fc.sample(mutants(await validValues(instance, market)), { seed: seed + n, numRuns: chunk })
      const worker = async (): Promise<void> => {
        for (let mutant = queue.pop(); mutant; mutant = queue.pop()) await send(instance, mutant, seen)
      }
      await Promise.all(Array.from({ length: atOnce }, worker))
    }
  }
  await run(0, warmUp)
  const before = await settledMemory(instance)
  await run(warmUp, warmUp + requests)
  const after = await settledMemory(instance)
  const ledger = newLedger()
  await journey({ base: () => instance.url, ledger }, await buyers())

  const growth = after.liveBytes / before.liveBytes - 1
  const statuses = [...seen.statuses].sort(([a], [b]) => a - b).map((pair) => pair.join(': '))
  say(`responses: ${statuses.join(', ')} (0: no response to an incomplete request)`)
  say(`pages seen: ${[...seen.pages].sort().join(', ')}`)
  say(`memory after garbage collection: ${mebibytes(before.liveBytes)} before, ${mebibytes(after.liveBytes)} after`)
  for (const [why, group] of Map.groupBy(seen.failures, ({ why }) => why))
    say(`${why}, ${String(group.length)} times: ${JSON.stringify(group[0]?.mutant.bytes.toString()).slice(0, 1_500)}`)
  return {
    load: `${String(atOnce)} sockets, 1 instance, SQLite`,
    faults: `mutated requests, seed ${String(seed)}; memory ${percent(growth)}`,
    requests: requests + warmUp,
    failures: seen.failures.length,
    lost: null,
    broken: unless(
      [seen.failures.length === 0, `${String(seen.failures.length)} responses were a 5xx, another page or missing`],
      noCrash(instance),
      [ledger.completed === 1, 'no buyer could register afterwards'],
      [growth <= mostGrowth, `memory grew by ${percent(growth)}`],
    ),
  }
}

async function validValues(instance: Instance, market: Market): Promise<Valid> {
  const sessions = (await market.tokens({ scenario: 'new-buyer' }, 5)).map(async (token) => {
    const { cookie } = await land(instance.url, token)
    return { cookie, id: purchaseIn(await open(`${instance.url}/registration`, cookie)) }
  })
  const tokens = await market.tokens({ scenario: 'new-buyer' }, 200)
  return { sessions: await Promise.all(sessions), tokens: tokens.map(encodeURIComponent) }
}

async function send({ port }: Instance, mutant: Mutant, { statuses, pages, failures }: Seen): Promise<void> {
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
