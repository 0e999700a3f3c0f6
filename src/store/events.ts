import type { Kysely, Selectable } from 'kysely'
import { z } from 'zod'
import { notificationTypes, type Notification } from '../domain/notification.ts'
import type { EventRows } from '../domain/notification.ts'
import type { EventsTable, Tables } from './schema.ts'

const columns = [
  'events.id',
  'events.type',
  'events.occurred_at',
  'events.registration_id',
  'events.actor',
  'events.data',
] as const
const mostAtOnce = 100

/** The table `events`: all notifications, sent or not. */
export function eventRows(db: Kysely<Tables>): EventRows {
  const rows = () => db.selectFrom('events').select(columns)
  return {
    insert: async ({ id, type, occurredAt, registrationId, actor, data }) => {
      await db
        .insertInto('events')
        .values({
          id,
          type,
          occurred_at: occurredAt,
          registration_id: registrationId,
          actor,
          data: JSON.stringify(data),
        })
        .execute()
    },
    updateData: async ({ id, data }) => {
      await db
        .updateTable('events')
        .set({ data: JSON.stringify(data) })
        .where('id', '=', id)
        .execute()
    },
    of: async (registrationId) => {
      const found = await rows()
        .where('registration_id', '=', registrationId)
        .orderBy('occurred_at')
        .orderBy('id')
        .execute()
      return found.map(notificationOf)
    },
    findAbandoned: async ({ after, before }) => {
      const found = await db
        .selectFrom('registrations')
        .select('id')
        .where('status', '=', 'landed')
        .where('landed_at', '>', after)
        .where('landed_at', '<=', before)
        .where((row) =>
          row.not(
            row.exists(
              row
                .selectFrom('events')
                .select('events.id')
                .whereRef('events.registration_id', '=', 'registrations.id')
                .where('events.type', '=', 'registration.abandoned'),
            ),
          ),
        )
        .orderBy('landed_at')
        .limit(mostAtOnce)
        .execute()
      return found.map(({ id }) => id)
    },
  }
}

export const anyType = z.enum(notificationTypes)
/** Only `insert` writes this column, so checking for an object is enough. */
const anyData = z.custom<Notification['data']>((data) => typeof data === 'object' && data !== null)

function notificationOf(row: Selectable<EventsTable>): Notification {
  return {
    id: row.id,
    type: anyType.parse(row.type),
    occurredAt: new Date(row.occurred_at),
    registrationId: row.registration_id,
    actor: row.actor,
    data: anyData.parse(JSON.parse(row.data)),
  }
}
