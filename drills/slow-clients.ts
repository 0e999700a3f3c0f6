import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { median, ms } from '../bench/support/statistics.ts'
import type { Figures, Scene } from './figures.ts'
import { settle, startJourneys } from './journeys.ts'

const idleSeconds = 3
/** The service gives a request 10 s more than the balancer's idle timeout, and looks every 2 s; the rest is for a busy machine. */
const cutWithinSeconds = idleSeconds + 10 + 2 + 5
const perSecond = 20

/** Many connections send a byte a second, and healthy buyers do not notice. */
export async function slowClients(scene: Scene): Promise<Figures> {
  const { short, stage, buyers, start, say } = scene
  const crowd = short ? 300 : 2_000
  const task = await start({ env: { ALB_IDLE_TIMEOUT_SECONDS: String(idleSeconds) } })

  const journeys = startJourneys(buyers, perSecond, { base: () => task.url })
  const lives: number[] = []
  for (let i = 0; i < crowd; i += 1) {
    const socket = trickle(task.port, i)
    const startedAt = performance.now()
    socket.on('close', () => lives.push(performance.now() - startedAt))
    stage.atEnd(() => socket.destroy())
    if (i % 50 === 0) await pause(10)
  }
  for (let s = 0; s < cutWithinSeconds && lives.length < crowd; s += 1) await pause(1_000)
  const cut = lives.length
  await journeys.stop()

  const typicalMs = median(journeys.ledger.entries.map((entry) => entry.ms))
  say(`${String(cut)} of ${String(crowd)} were cut, after ${ms(Math.min(...lives))} to ${ms(Math.max(...lives))}`)
  const settled = await settle(
    scene,
    { journeys: [journeys], tasks: [task] },
    [typicalMs < 1_000, `a healthy request took ${ms(typicalMs)} (median)`],
    [cut === crowd, `${String(crowd - cut)} slow connections were not cut`],
  )
  return {
    ...settled,
    load: `${String(perSecond)} journeys/s, 1 task, SQLite`,
    faults: `${String(crowd)} connections that send a byte a second, ${String(cut)} cut within ${String(cutWithinSeconds)} s`,
  }
}

const post =
  'POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\n'
/** What is sent at once: a request line, headers without end, a body. The rest trickles. */
const starts = ['GET /', 'GET / HTTP/1.1\r\nX-Slow: ', `${post}x-amzn-marketplace-token=`]

function trickle(port: number, n: number): Socket {
  const socket = connect(port, '127.0.0.1').resume()
  socket.on('error', () => undefined)
  socket.write(starts[n % starts.length] ?? '')
  const timer = setInterval(() => socket.write('a'), 1_000)
  return socket.on('close', () => {
    clearInterval(timer)
  })
}
