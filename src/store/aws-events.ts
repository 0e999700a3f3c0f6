import type { Kysely } from 'kysely'
import type { AwsEventRows } from '../domain/subscription-ports.ts'
import type { Database } from './database.ts'
import type { Tables } from './schema.ts'

/** The table `aws_events`: what AWS Marketplace sent, as it came. */
export function awsEventRows(db: Kysely<Tables>, fromNow: Database['fromNow']): AwsEventRows {
  return {
    insert: async ({ id, detailType, time, account, body }, agreementId) => {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('aws_events')
        .values({
          ...{ id, detail_type: detailType, time, account, body },
          ...{ received_at: fromNow(0), agreement_id: agreementId },
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .executeTakeFirstOrThrow()
      return numInsertedOrUpdatedRows === 1n
    },
    of: async (agreementId) => {
      const rows = await db
        .selectFrom('aws_events')
        .select(['id', 'detail_type', 'time', 'account', 'body'])
        .where('agreement_id', '=', agreementId)
        .execute()
      return rows.map(({ detail_type, time, ...row }) => ({ ...row, detailType: detail_type, time: new Date(time) }))
    },
    removeOf: async (agreementId) => {
      await db.deleteFrom('aws_events').where('agreement_id', '=', agreementId).execute()
    },
  }
}
