import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { median, ms } from '../bench/support/statistics.ts'
import type { Figures, Scene } from './figures.ts'
import { settle, startJourneys } from './journeys.ts'

const idleSeconds = 3
/** The app allows a request 10 s more than the load balancer's idle timeout and checks every 2 s. The rest is tolerance. */
const cutWithinSeconds = idleSeconds + 10 + 2 + 5
const perSecond = 20

/** Many connections send one byte per second. Other buyers are not affected. */
export async function slowClients(scene: Scene): Promise<Figures> {
  const { short, stage, buyers, start, say } = scene
  const connections = short ? 300 : 2_000
  const instance = await start({ env: { ALB_IDLE_TIMEOUT_SECONDS: String(idleSeconds) } })

  const journeys = startJourneys(buyers, perSecond, { base: () => instance.url })
  const durationsMs: number[] = []
  for (let i = 0; i < connections; i += 1) {
    const socket = trickle(instance.port, i)
    const startedAt = performance.now()
    socket.on('close', () => durationsMs.push(performance.now() - startedAt))
    stage.atEnd(() => socket.destroy())
    if (i % 50 === 0) await pause(10)
  }
  for (let s = 0; s < cutWithinSeconds && durationsMs.length < connections; s += 1) await pause(1_000)
  const cut = durationsMs.length
  await journeys.stop()

  const typicalMs = median(journeys.ledger.entries.map((entry) => entry.ms))
  say(
    `closed ${String(cut)} of ${String(connections)} slow connections, after ${ms(Math.min(...durationsMs))} to ${ms(Math.max(...durationsMs))}`,
  )
  const settled = await settle(
    scene,
    { journeys: [journeys], instances: [instance] },
    [typicalMs < 1_000, `a healthy request took ${ms(typicalMs)} (median)`],
    [cut === connections, `${String(connections - cut)} slow connections were not closed`],
  )
  return {
    ...settled,
    load: `${String(perSecond)} journeys/s, 1 instance, SQLite`,
    faults: `${String(connections)} connections that send one byte per second, ${String(cut)} closed within ${String(cutWithinSeconds)} s`,
  }
}

const post =
  'POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\n'
/** Sent at once: part of a request line, of the headers, or of a body. The rest follows byte by byte. */
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
