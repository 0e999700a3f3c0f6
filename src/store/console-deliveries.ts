import type { ConsoleDeliveries } from '../domain/console-deliveries.ts'
import type { Database } from './database.ts'
import { retryDeliveries } from './delivery-list.ts'
import { stateOf } from './delivery-state.ts'
import { anyType } from './events.ts'
import type { Guard } from './guard.ts'

/** More than any registration has. */
const mostShown = 200

export function createConsoleDeliveries(
  opened: Database,
  { read, write }: { readonly read: Guard; readonly write: Guard },
): ConsoleDeliveries {
  return {
    of: (registrationId) =>
      read(async () => {
        const rows = await opened.db
          .selectFrom('deliveries')
          .innerJoin('events', 'events.id', 'deliveries.event_id')
          .where('deliveries.registration_id', '=', registrationId)
          .select(['deliveries.id', 'events.type', 'receiver', 'audience', 'recipient', 'attempts', 'created_at'])
          .select(['due_at', 'last_attempt_at', 'last_error', 'done_at', 'dead_at'])
          .orderBy('created_at', 'desc')
          .orderBy('deliveries.id')
          .limit(mostShown)
          .execute()
        return rows.map((row) => ({
          id: row.id,
          type: anyType.parse(row.type),
          receiver: row.receiver,
          audience: row.audience,
          recipient: row.recipient,
          state: stateOf(row),
          attempts: row.attempts,
          createdAt: new Date(row.created_at),
          dueAt: new Date(row.due_at),
          lastAttemptAt: row.last_attempt_at === null ? null : new Date(row.last_attempt_at),
          lastError: row.last_error,
        }))
      }),
    retry: (id) => write(async () => (await retryDeliveries(opened, id)).length > 0),
  }
}
