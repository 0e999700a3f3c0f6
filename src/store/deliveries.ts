import { hash } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { DeliveryRows } from '../domain/delivery.ts'
import { mailboxKey } from '../domain/mailbox.ts'
import { all, count } from './count.ts'
import type { Database } from './database.ts'
import type { Tables } from './schema.ts'

/** The part of the table `deliveries` that is used to write events. */
export function deliveryRows(db: Kysely<Tables>, fromNow: Database['fromNow']): DeliveryRows {
  const countOf = (column: 'recipient_hash' | 'registration_id' | 'event_id', value: string, since: Date) =>
    count(
      db
        .selectFrom('deliveries')
        .select(all)
        .where(column, '=', value)
        .where('audience', '=', 'buyer')
        .where('created_at', '>', since),
    )
  return {
    insert: async (id, { id: eventId, registrationId }, { receiver, audience, recipient, body }) => {
      await db
        .insertInto('deliveries')
        .values({
          id,
          event_id: eventId,
          registration_id: registrationId,
          receiver,
          audience,
          recipient,
          recipient_hash: recipient === null ? null : hashOf(recipient),
          body,
          created_at: fromNow(0),
          due_at: fromNow(0),
          attempts: 0,
        })
        .execute()
    },
    rewrite: async (eventId, body) => {
      const { numUpdatedRows } = await db
        .updateTable('deliveries')
        .set({ body })
        .where('event_id', '=', eventId)
        .where('receiver', '=', 'webhook')
        .where('body', 'is not', null)
        .executeTakeFirstOrThrow()
      return Number(numUpdatedRows)
    },
    endMails: async (registrationId) => {
      const ofRegistration = { registration_id: registrationId, receiver: 'mail' } as const
      const { numDeletedRows } = await db
        .deleteFrom('deliveries')
        .where((row) => row.and(ofRegistration))
        .where('done_at', 'is', null)
        .executeTakeFirstOrThrow()
      await db
        .updateTable('deliveries')
        .set({ recipient_hash: null })
        .where((row) => row.and(ofRegistration))
        .execute()
      return Number(numDeletedRows)
    },
    hasMail: async (registrationId, address) => {
      const mail = await db
        .selectFrom('deliveries')
        .select('id')
        .where('registration_id', '=', registrationId)
        .where('audience', '=', 'buyer')
        .where('recipient_hash', '=', hashOf(address))
        .where('dead_at', 'is', null)
        .limit(1)
        .executeTakeFirst()
      return mail !== undefined
    },
    countMailsOfEvent: (eventId, since) => countOf('event_id', eventId, since),
    countMails: async (address, registrationId, since) => ({
      toMailbox: await countOf('recipient_hash', hashOf(address), since),
      forRegistration: await countOf('registration_id', registrationId, since),
    }),
  }
}

function hashOf(address: string): string {
  return hash('sha256', mailboxKey(address))
}
