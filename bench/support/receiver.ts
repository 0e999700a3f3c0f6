import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { query } from '../../test/support/buyers/audit.ts'
import type { Stage } from './stage.ts'

/** A seller's webhook, in the process of the drill. */
type Receiver = {
  /** Environment variables that configure this webhook. */
  readonly env: Readonly<Record<string, string>>
  /** How often each event was accepted, by its id. */
  readonly received: ReadonlyMap<string, number>
  /** Closes all connections, as a restart would. */
  readonly cut: () => void
  /** Waits up to `withinMs` until no delivery is pending, then compares the registrations with what was received. */
  readonly notified: (databaseUrl: string, withinMs: number) => Promise<Notified>
}

type Notified = {
  readonly registrations: number
  /** Registrations whose event was not received or was given up. */
  readonly missed: number
  /** Repeated notifications of the same event. */
  readonly repeated: number
  readonly tookMs: number
}

const completedEvents = `select e.id, d.dead_at from registrations r
  left join events e on e.registration_id = r.id and e.type = 'registration.completed'
  left join deliveries d on d.event_id = e.id where r.status = 'registered'`
const rowShape = z.object({ id: z.string().nullable(), dead_at: z.unknown() })
/** Long enough that an instance may be killed while it waits for the response. */
const answersAfterMs = 50

/** The number of deliveries that are neither sent nor given up. */
export async function waiting(databaseUrl: string): Promise<number> {
  return (await query(databaseUrl, 'select id from deliveries where done_at is null and dead_at is null')).length
}

/** `statusOf` returns the response status for the n-th notification; null means no response. */
export async function startReceiver(stage: Stage, statusOf: (n: number) => number | null): Promise<Receiver> {
  const received = new Map<string, number>()
  let count = 0
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const [id, status] = [String(request.headers['webhook-id']), statusOf((count += 1))]
      if (status === null) return
      if (status < 300) received.set(id, (received.get(id) ?? 0) + 1)
      setTimeout(() => response.writeHead(status).end(), answersAfterMs)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const cut = () => {
    server.closeAllConnections()
  }
  stage.atEnd(() => server.close(cut))
  return {
    env: {
      WEBHOOK_URL: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`,
      WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 'drill').toString('base64')}`,
    },
    received,
    cut,
    notified: async (databaseUrl, withinMs) => {
      const since = performance.now()
      while (performance.now() - since < withinMs && (await waiting(databaseUrl)) > 0) await pause(100)
      const tookMs = performance.now() - since
      const rows = z.array(rowShape).parse(await query(databaseUrl, completedEvents))
      return {
        registrations: rows.length,
        missed: rows.filter(({ id, dead_at: deadAt }) => id === null || deadAt !== null || !received.has(id)).length,
        repeated: [...received.values()].reduce((sum, times) => sum + times - 1, 0),
        tookMs,
      }
    },
  }
}
