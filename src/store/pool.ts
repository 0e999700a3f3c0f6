import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { isOutOfDescriptors } from '../errors.ts'
import type { PostgresSettings } from './database.ts'

export type Pool = {
  /** A connection, as soon as there is one. Rejects when there is none in time. */
  readonly connect: () => Promise<pg.PoolClient>
  /** A lost one is cut, and so are all that were opened before now: they lead to the same server, over the same network. */
  readonly release: (client: pg.PoolClient, end: 'kept' | 'lost') => void
  readonly close: () => Promise<void>
}

/** Whatever the database's default: a transaction that waited for a lock must see what was written meanwhile. */
export const isolation = 'isolation level read committed'

/** SQLSTATE too_many_connections. */
const tooMany = '53300'
const retryMs = 50

export function createPool(settings: PostgresSettings): Pool {
  const { url, pgbouncer = false, access, poolSize, connectTimeoutMs, idleTimeoutMs, deadlineMs, onError } = settings
  const pool = new pg.Pool({
    connectionString: url,
    application_name: `marketplace-landing${access === 'read-only' ? '-read-only' : ''}`,
    max: poolSize,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: idleTimeoutMs,
    keepAlive: true,
    // A statement is sent without waiting for the answer to the one before.
    pipeline: true,
    // The server stops by itself what nobody here waits for any more, so that a lock held there does not pile up connections.
    ...(!pgbouncer && { statement_timeout: deadlineMs, idle_in_transaction_session_timeout: deadlineMs }),
  })
  let generation = 0
  const generations = new WeakMap<pg.PoolClient, number>()
  // Without listeners a restart of the database would end this process.
  pool.on('error', onError)
  pool.on('connect', (client) => {
    client.on('error', () => undefined)
    // Sent along with the first statement. Where it fails, the connection is lost.
    if (!pgbouncer) client.query(`set session characteristics as transaction ${isolation}`).catch(() => undefined)
    generations.set(client, generation)
  })

  function discard(client: pg.PoolClient): void {
    // Ending it politely would wait for answers that may never come.
    client.connection.stream.destroy()
    client.release(true)
  }

  return {
    connect: async () => {
      const until = performance.now() + connectTimeoutMs
      for (;;) {
        try {
          const client = await pool.connect()
          if (generations.get(client) === generation) return client
          discard(client)
        } catch (error) {
          const code = error instanceof Error && 'code' in error ? error.code : null
          // Another connection may become free in time, ours or anybody's.
          const full = code === tooMany || isOutOfDescriptors(code)
          if (!full || performance.now() + retryMs > until) throw error
          await pause(retryMs)
        }
      }
    },
    release: (client, end) => {
      if (end === 'kept') {
        client.release()
        return
      }
      generation += 1
      discard(client)
    },
    close: () => pool.end(),
  }
}
