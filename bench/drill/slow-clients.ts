import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createBuyers } from './buyer.ts'
import { createClient } from './client.ts'
import { count, describe, ms, quantile, unless, type Figures, type Scene } from './figures.ts'
import { journey, newLedger, type Ledger } from './journey.ts'
import { startLoad } from './load.ts'
import { startMarket } from './market.ts'
import { startTask } from './task.ts'

const idleSeconds = 3
/** The service gives a request 10 s more than the balancer's idle timeout, and looks every 2 s; the rest is for a busy machine. */
const cutWithinSeconds = idleSeconds + 10 + 2 + 5
const perSecond = 20

/** Many connections send a byte a second, and healthy buyers do not notice. */
export async function slowClients({ short, stage, say }: Scene): Promise<Figures> {
  const crowd = short ? 300 : 2_000
  const market = await startMarket(stage)
  const task = await startTask(stage, {
    databaseUrl: `sqlite:${join(stage.folder, 'landing.db')}`,
    marketplace: market.url,
    env: { ALB_IDLE_TIMEOUT_SECONDS: String(idleSeconds) },
  })
  const client = createClient()
  stage.atEnd(client.close)
  const buyers = createBuyers(market)
  const visitsDuring = async (ledger: Ledger, work: () => Promise<unknown>): Promise<number> => {
    const load = startLoad(perSecond, async () => journey({ client, base: () => task.url, ledger }, await buyers()))
    await work()
    await load.stop()
    return load.begun()
  }
  const before = newLedger()
  const meanwhile = newLedger()
  const begunBefore = await visitsDuring(before, () => pause(short ? 3_000 : 8_000))

  const slow: Trickle[] = []
  stage.atEnd(() => {
    for (const { socket } of slow) socket.destroy()
  })
  const begunMeanwhile = await visitsDuring(meanwhile, async () => {
    for (let i = 0; i < crowd; i += 1) {
      slow.push(trickle(task.port, kinds[i % kinds.length] ?? ''))
      if (i % 50 === 0) await pause(10)
    }
    for (let s = 0; s < cutWithinSeconds && slow.some(({ over }) => !over()); s += 1) await pause(1_000)
  })

  const lives = slow.flatMap(({ over, seconds }) => (over() ? [seconds()] : []))
  const refused = slow.filter(({ received }) => received().startsWith('HTTP/1.1 408 ')).length
  const entries = [...before.entries, ...meanwhile.entries]
  const failures = entries.length - count(entries, 'good')
  const unfinished = begunBefore + begunMeanwhile - before.completed - meanwhile.completed
  for (const line of describe(before)) say(`before: ${line}`)
  for (const line of describe(meanwhile)) say(`meanwhile: ${line}`)
  say(
    `${String(lives.length)} of ${String(crowd)} slow connections were cut, ${String(refused)} of them with a 408, ` +
      `after ${(quantile(lives, 0) || 0).toFixed(1)} to ${(quantile(lives, 1) || 0).toFixed(1)} s`,
  )
  const during = quantile(
    meanwhile.entries.map((entry) => entry.ms),
    0.5,
  )
  return {
    load: `${String(perSecond)} journeys/s, 1 task, SQLite`,
    faults: `${String(crowd)} connections that send a byte a second; ${String(lives.length)} cut within ${String(cutWithinSeconds)} s`,
    requests: entries.length,
    failures,
    lost: null,
    broken: unless(
      [failures === 0, `${String(failures)} requests of healthy buyers failed`],
      [unfinished === 0, `${String(unfinished)} journeys did not end`],
      [during < 1_000, `a healthy request took ${ms(during)} (median)`],
      [lives.length === crowd, `${String(crowd - lives.length)} slow connections were not cut`],
      [task.crashes().length === 0, `crashed: ${task.crashes().join('\n')}`],
    ),
  }
}

const post =
  'POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\n'
/** What is sent at once; the rest trickles: a request line, headers without end, a body. */
const kinds = ['', 'GET / HTTP/1.1\r\nX-Slow: ', `${post}x-amzn-marketplace-token=`]

type Trickle = {
  readonly socket: Socket
  readonly over: () => boolean
  readonly seconds: () => number
  readonly received: () => string
}

function trickle(port: number, start: string): Trickle {
  const startedAt = performance.now()
  let endedAt: number | null = null
  let received = ''
  const socket = connect(port, '127.0.0.1')
  const rest =
    start === '' ? 'GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' : 'a'.repeat(100)
  let sent = 0
  socket.write(start)
  const timer = setInterval(() => socket.write(rest.charAt(sent++)), 1_000)
  socket.on('data', (bytes: Buffer) => {
    received = (received + bytes.toString('latin1')).slice(0, 200)
  })
  socket.on('error', () => undefined)
  socket.on('close', () => {
    clearInterval(timer)
    endedAt = performance.now()
  })
  return {
    socket,
    over: () => endedAt !== null,
    seconds: () => ((endedAt ?? performance.now()) - startedAt) / 1000,
    received: () => received,
  }
}
