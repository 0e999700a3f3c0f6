import type { Kysely, UpdateObject } from 'kysely'
import type { Delivery, Outbox } from '../domain/delivery.ts'
import type { Database } from './database.ts'
import { isFree, isPending } from './delivery-state.ts'
import type { Guard } from './guard.ts'
import type { Tables } from './schema.ts'

/** Longer than any attempt. After this, other instances may claim a delivery of an instance that was killed. */
const leaseMs = 60_000

/** Claims the pending rows of the table `deliveries` and records the result of each attempt. */
export function createOutbox({ db, fromNow }: Database, guard: Guard): Outbox {
  const finish = async ({ id }: Delivery, values: UpdateObject<Tables, 'deliveries'>): Promise<void> => {
    const ended = { ...values, lease_until: null, last_attempt_at: fromNow(0) }
    await guard(() => db.updateTable('deliveries').set(ended).where('id', '=', id).execute())
  }
  return {
    claim: async (receiver, limit) => {
      const claimed = await guard(() => claimDue(db, fromNow, { receiver, limit }).execute())
      return claimed.map((row) => ({
        id: row.id,
        eventId: row.event_id,
        registrationId: row.registration_id,
        receiver: row.receiver,
        audience: row.audience,
        recipient: row.recipient,
        body: row.body ?? '',
        attempts: row.attempts,
      }))
    },
    markSent: (delivery) => finish(delivery, { done_at: fromNow(0), last_error: null, body: null, recipient: null }),
    markFailed: (delivery, reason, pauseMs) => finish(delivery, { due_at: fromNow(pauseMs), last_error: reason }),
    markDead: (delivery, reason) => finish(delivery, { dead_at: fromNow(0), last_error: reason }),
  }
}

/** The condition on the lease is repeated so that a concurrent claimer skips the row. */
function claimDue(
  db: Kysely<Tables>,
  fromNow: Database['fromNow'],
  { receiver, limit }: { readonly receiver: Delivery['receiver']; readonly limit: number },
) {
  return db
    .updateTable('deliveries')
    .set((row) => ({ lease_until: fromNow(leaseMs), attempts: row('attempts', '+', 1) }))
    .where('id', 'in', (due) =>
      due
        .selectFrom('deliveries')
        .select('id')
        .where('receiver', '=', receiver)
        .where(isPending())
        .where('due_at', '<=', fromNow(0))
        .where(isFree(fromNow))
        .orderBy('due_at')
        .orderBy('id')
        .limit(limit),
    )
    .where(isFree(fromNow))
    .returning(['id', 'event_id', 'registration_id', 'receiver', 'audience', 'recipient', 'body', 'attempts'])
}
