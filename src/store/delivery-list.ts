import type { Kysely } from 'kysely'
import type { Database } from './database.ts'
import { isFree, isPending, stateOf } from './delivery-state.ts'
import type { Tables } from './schema.ts'

/** A delivery in the command's output, without body and recipient. Times are ISO 8601 in UTC. */
export type ListedDelivery = {
  readonly id: string
  readonly eventId: string
  readonly type: string
  readonly receiver: string
  /** The reference of the registration; null for a test. */
  readonly reference: string | null
  readonly state: 'pending' | 'sent' | 'dead'
  readonly attempts: number
  readonly dueAt: string
  readonly lastAttemptAt: string | null
  readonly lastError: string | null
}

type DeliverySearch = {
  /** Null for any. */
  readonly state: 'pending' | 'dead' | null
  /** Null for all. */
  readonly ids: readonly string[] | null
  readonly limit: number
}

/** Lists deliveries, newest first. */
export async function listDeliveries(
  db: Kysely<Tables>,
  { state, ids, limit }: DeliverySearch,
): Promise<readonly ListedDelivery[]> {
  let query = db
    .selectFrom('deliveries')
    .innerJoin('events', 'events.id', 'deliveries.event_id')
    .leftJoin('registrations', 'registrations.id', 'deliveries.registration_id')
    .select([
      'deliveries.id',
      'event_id',
      'events.type',
      'receiver',
      'registrations.reference',
      'attempts',
      'due_at',
      'last_attempt_at',
      'last_error',
      'done_at',
      'dead_at',
    ])
    .orderBy('deliveries.created_at', 'desc')
    .orderBy('deliveries.id')
    .limit(limit)
  if (state === 'pending') query = query.where(isPending())
  if (state === 'dead') query = query.where('dead_at', 'is not', null)
  if (ids !== null) query = query.where('deliveries.id', 'in', ids)
  return (await query.execute()).map((row) => ({
    id: row.id,
    eventId: row.event_id,
    type: row.type,
    receiver: row.receiver,
    reference: row.reference,
    state: stateOf(row),
    attempts: row.attempts,
    dueAt: utc(row.due_at),
    lastAttemptAt: row.last_attempt_at === null ? null : utc(row.last_attempt_at),
    lastError: row.last_error,
  }))
}

function utc(time: Date | string): string {
  return new Date(time).toISOString()
}

/**
 * Makes the pending or dead delivery with this id (or `all` of them) due now, with a new schedule of attempts. Skips deliveries
 * that are being sent. Returns their ids.
 */
export async function retryDeliveries({ db, fromNow }: Database, id: string): Promise<readonly string[]> {
  let query = db
    .updateTable('deliveries')
    .set({ due_at: fromNow(0), lease_until: null, dead_at: null, attempts: 0 })
    .where('done_at', 'is', null)
    .where('body', 'is not', null)
    .where(isFree(fromNow))
  if (id !== 'all') query = query.where('id', '=', id)
  return (await query.returning('id').execute()).map((row) => row.id)
}
