import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { query } from '../../test/support/buyers/audit.ts'
import type { Stage } from './stage.ts'

/** A seller's webhook, in the drill's own process. */
export type Receiver = {
  /** What tells a task of it. */
  readonly env: Readonly<Record<string, string>>
  /** Breaks all connections, as its restart does. */
  readonly cut: () => void
  /** Waits until no message of the database waits, or for so long, and holds its registrations against what came. */
  readonly told: (databaseUrl: string, withinMs: number) => Promise<Told>
}

export type Told = {
  readonly registrations: number
  /** Registrations whose event never came, or is given up. */
  readonly missed: number
  /** Messages of an event that had come before. */
  readonly repeated: number
  readonly tookMs: number
}

const notified = `select e.id, d.dead_at from registrations r
  left join events e on e.registration_id = r.id and e.type = 'registration.completed'
  left join deliveries d on d.event_id = e.id where r.status = 'registered'`
const rowShape = z.object({ id: z.string().nullable(), dead_at: z.unknown() })
/** So that a task may be killed meanwhile. */
const thinksForMs = 50

/** How many messages have neither left nor been given up. */
export async function waiting(databaseUrl: string): Promise<number> {
  return (await query(databaseUrl, 'select id from deliveries where done_at is null and dead_at is null')).length
}

/** `statusOf` says how the n-th message is answered; null is never. */
export async function startReceiver(stage: Stage, statusOf: (n: number) => number | null): Promise<Receiver> {
  const came = new Map<string, number>()
  let count = 0
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const [id, status] = [String(request.headers['webhook-id']), statusOf((count += 1))]
      if (status === null) return
      if (status < 300) came.set(id, (came.get(id) ?? 0) + 1)
      setTimeout(() => response.writeHead(status).end(), thinksForMs)
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
    cut,
    told: async (databaseUrl, withinMs) => {
      const since = performance.now()
      while (performance.now() - since < withinMs && (await waiting(databaseUrl)) > 0) await pause(100)
      const tookMs = performance.now() - since
      const rows = z.array(rowShape).parse(await query(databaseUrl, notified))
      return {
        registrations: rows.length,
        missed: rows.filter(({ id, dead_at: deadAt }) => id === null || deadAt !== null || !came.has(id)).length,
        repeated: [...came.values()].reduce((sum, times) => sum + times - 1, 0),
        tookMs,
      }
    },
  }
}
