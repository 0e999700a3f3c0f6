import { join } from 'node:path'
import fc from 'fast-check'
import { createBuyers } from './buyer.ts'
import { createClient, pageOf, type Client } from './client.ts'
import { unless, type Figures, type Scene } from './figures.ts'
import { heapFlags, mebibytes, memoryOf } from './heap.ts'
import { cookieOf, journey, landing, newLedger, page } from './journey.ts'
import { startMarket, type Market } from './market.ts'
import { bytesOf, mutants, type Mutant } from './mutants.ts'
import { exchange, serialize, type RawAnswer } from './raw.ts'
import { startTask, type Task } from './task.ts'

const atOnce = 48
const chunk = 500
const mostGrowth = 0.2

/** Nearly right, wrong and absurd requests: no crash, no answer that blames us, no page that is not ours, no memory kept. */
export async function fuzz({ short, seed, stage, say }: Scene): Promise<Figures> {
  const [warmUp, requests] = short ? [500, 3_000] : [5_000, 100_000]
  const market = await startMarket(stage)
  const task = await startTask(stage, {
    databaseUrl: `sqlite:${join(stage.folder, 'landing.db')}`,
    marketplace: market.url,
    nodeFlags: heapFlags,
    // Over http no mutant can make the connection insecure; with a limit that nobody reaches, its code runs too.
    env: { PUBLIC_URL: 'http://localhost:3000', RATE_LIMIT_PER_MINUTE: '1000000' },
  })
  const client = createClient()
  stage.atEnd(client.close)
  const cold = await memoryOf(task)
  const seen: Seen = { statuses: new Map(), pages: new Set(), silent: new Map(), failures: [] }
  const attack = { task, client, market, seen }
  await run(attack, seed - chunk * 1_000, warmUp)
  const start = await memoryOf(task)
  await run(attack, seed, requests)
  const end = await memoryOf(task)

  const after = newLedger()
  await journey({ client, base: () => task.url, ledger: after }, await createBuyers(market)())
  const growth = end.live / start.live - 1
  const percent = `${growth >= 0 ? '+' : ''}${(growth * 100).toFixed(1)} %`
  const statuses = [...seen.statuses]
    .sort(([a], [b]) => a - b)
    .map(([status, times]) => `${String(status)}: ${String(times)}`)
  say(`answers: ${statuses.join(', ')}`)
  say(`no answer: ${[...seen.silent].map(([why, times]) => `${String(times)} ${why}`).join(', ') || 'to none'}`)
  say(`pages seen: ${[...seen.pages].sort().join(', ')}`)
  say(
    `memory after a full collection: cold ${mebibytes(cold.live)}, after ${String(warmUp)} requests ${mebibytes(start.live)}, ` +
      `at the end ${mebibytes(end.live)} (${percent}); resident ${mebibytes(start.rss)}, then ${mebibytes(end.rss)}`,
  )
  for (const [why, [first, ...more]] of Map.groupBy(seen.failures, ({ why }) => why)) {
    say(`${why}, ${String(more.length + 1)} times, such as ${JSON.stringify(first?.mutant).slice(0, 1_500)}`)
  }
  return {
    load: `${String(atOnce)} clients, HTTP and bare sockets, 1 task, SQLite`,
    faults: `mutated requests, seed ${String(seed)}; memory ${percent}`,
    requests: requests + warmUp,
    failures: seen.failures.length,
    lost: null,
    broken: unless(
      [seen.failures.length === 0, `${String(seen.failures.length)} answers were a 5xx or no page of ours`],
      [task.crashes().length === 0, `crashed: ${task.crashes().join('\n')}`],
      [after.completed === 1, 'no buyer could register afterwards'],
      [growth <= mostGrowth, `memory grew by ${percent}`],
    ),
  }
}

type Seen = {
  readonly statuses: Map<number, number>
  readonly pages: Set<string>
  /** Requests without any answer, by what may explain it. */
  readonly silent: Map<string, number>
  readonly failures: { readonly why: string; readonly mutant: Mutant }[]
}

type Attack = { readonly task: Task; readonly client: Client; readonly market: Market; readonly seen: Seen }

async function run(attack: Attack, seed: number, requests: number): Promise<void> {
  for (let from = 0; from < requests; from += chunk) {
    const queue = fc.sample(mutants, { seed: seed + from, numRuns: Math.min(chunk, requests - from) })
    const valid = await validValues(attack)
    const worker = async (): Promise<void> => {
      for (let mutant = queue.pop(); mutant; mutant = queue.pop()) await send(attack, filled(mutant, valid()))
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
  }
}

type Valid = { readonly token: string; readonly cookie: string; readonly id: string }

/** Tokens nobody has used, and a few open sessions. */
async function validValues({ task, client, market }: Attack): Promise<() => Valid> {
  const tokens = [...(await market.tokens({ scenario: 'new-buyer' }, 200))]
  const sessions = await Promise.all(
    tokens.splice(0, 5).map(async (token) => {
      const cookie = cookieOf(await client.ask(task.url, landing(token)))
      const form = await client.ask(task.url, page('/registration', cookie))
      return { cookie, id: /name="registration" value="([\w-]+)"/.exec(form.text)?.[1] ?? '' }
    }),
  )
  let n = 0
  return () => {
    n += 1
    return { token: tokens[n % tokens.length] ?? '', cookie: '', id: '', ...sessions[n % sessions.length] }
  }
}

function filled(mutant: Mutant, { token, cookie, id }: Valid): Mutant {
  const put = (text: string) => text.replaceAll('{cookie}', cookie).replaceAll('{id}', id)
  const text = put(mutant.body.text).replaceAll('{token}', encodeURIComponent(token))
  return {
    ...mutant,
    headers: mutant.headers.map(([name, value]) => [name, put(value)] as const),
    body: { ...mutant.body, text },
  }
}

async function send({ task, client, seen }: Attack, mutant: Mutant): Promise<void> {
  const answers = await answersTo(task, client, mutant)
  if (answers.length === 0) {
    const reason = silenceOf(mutant)
    seen.silent.set(reason, (seen.silent.get(reason) ?? 0) + 1)
    if (reason === unexplained) seen.failures.push({ why: 'no answer', mutant })
  }
  for (const { status, html, text } of answers) {
    seen.statuses.set(status, (seen.statuses.get(status) ?? 0) + 1)
    const name = pageOf(text)
    if (name !== null) seen.pages.add(name)
    if (status >= 500) seen.failures.push({ why: `answered ${String(status)} ${name ?? ''}`, mutant })
    else if (html && name === null && (status < 300 || status >= 400))
      seen.failures.push({ why: `a page without a name, ${String(status)}`, mutant })
  }
}

/** A whole request is waited for; of one that may be unfinished, silence says enough. */
function bare(task: Task, mutant: Mutant): Promise<readonly RawAnswer[]> {
  return exchange(task.port, serialize(mutant), silenceOf(mutant) === unexplained ? 5_000 : 200)
}

const unexplained = 'to a whole request'

function silenceOf({ method, headers, damage }: Mutant): string {
  if (method === 'CONNECT') return 'to CONNECT'
  const framed = headers.some(([name]) => framing.has(name.toLowerCase()))
  return damage.length > 0 || framed ? 'to a request of unknown length' : unexplained
}

async function answersTo(task: Task, client: Client, mutant: Mutant): Promise<readonly RawAnswer[]> {
  if (mutant.raw || mutant.method === 'CONNECT') return bare(task, mutant)
  const { method, path, body } = mutant
  const headers = Object.fromEntries(mutant.headers.filter(([name]) => !framing.has(name.toLowerCase())))
  const answer = await client.ask(task.url, { method, path, headers, body: bytesOf(body) })
  // Some requests Node's own client refuses to send.
  if (answer.error !== null && !answer.error.startsWith('E')) return bare(task, mutant)
  if (answer.error?.startsWith('ERR_')) return bare(task, mutant)
  if (answer.error !== null) return []
  const html = (answer.headers['content-type'] ?? '').startsWith('text/html') && answer.text !== ''
  return [{ status: answer.status, html, text: answer.text }]
}

/** With these an HTTP client would wait for ever; bare sockets have them. */
const framing = new Set(['content-length', 'transfer-encoding', 'expect', 'connection', 'upgrade'])
