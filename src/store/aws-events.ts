import { hash } from 'node:crypto'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import { awsEventKinds } from '../domain/aws-event-kind.ts'
import type { AwsEventFacts } from '../domain/aws-event.ts'
import type { Notice } from '../domain/notification.ts'
import type { AwsEventRows } from '../domain/subscription-rows.ts'
import type { Database } from './database.ts'
import type { Tables } from './schema.ts'

/** A notice that is older than this when its agreement becomes known is stored but not sent. */
const noticeLastsMs = 24 * 60 * 60_000

/** The table `aws_events`: the events that AWS Marketplace sent. */
export function awsEventRows(db: Kysely<Tables>, fromNow: Database['fromNow']): AwsEventRows {
  return {
    // AWS's published examples share one id, so the facts are part of the key.
    insert: async ({ id, detailType, time, account, body, facts }, { isForeign }) => {
      const { agreementId, kind, productCode, productId } = facts
      const json = JSON.stringify(facts)
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('aws_events')
        .values({
          id,
          detail_type: detailType,
          time,
          account,
          body,
          received_at: fromNow(0),
          digest: hash('sha256', detailType + json),
          facts: json,
          agreement_id: kind === 'other' ? null : agreementId,
          product_code: productCode,
          product_id: productId,
          is_foreign: Number(isForeign),
          notice_due: Number(isNotice(facts)),
        })
        .onConflict((conflict) => conflict.columns(['id', 'digest']).doNothing())
        .executeTakeFirstOrThrow()
      return numInsertedOrUpdatedRows === 1n
    },

    of: async (agreementId) => {
      const rows = await db.selectFrom('aws_events').select('facts').where('agreement_id', '=', agreementId).execute()
      return rows.map(({ facts }) => storedFacts.parse(JSON.parse(facts)))
    },

    takeNotices: async (agreementId) => {
      const rows = await db
        .updateTable('aws_events')
        .set({ notice_due: 0 })
        .where('agreement_id', '=', agreementId)
        .where('notice_due', '=', 1)
        .where('received_at', '>', fromNow(-noticeLastsMs))
        .returning(['detail_type', 'time', 'body'])
        .execute()
      return rows
        .sort((a, b) => new Date(a.time).getTime() - new Date(b.time).getTime())
        .map(({ detail_type, body }): Notice => ({ detail_type, detail: detailOf.parse(JSON.parse(body)).detail }))
    },

    findForeign: async (listings, limit) => {
      const productIds = listings.flatMap(({ productId }) => productId ?? [])
      const rows = await db
        .selectFrom('aws_events')
        .select('agreement_id')
        .distinct()
        .where('is_foreign', '=', 1)
        .where('agreement_id', 'is not', null)
        .where((row) =>
          row.or([
            row(
              'product_code',
              'in',
              listings.map(({ productCode }) => productCode),
            ),
            ...(productIds.length === 0
              ? []
              : [row.and([row('product_code', 'is', null), row('product_id', 'in', productIds)])]),
          ]),
        )
        .limit(limit)
        .execute()
      return rows.flatMap(({ agreement_id }) => agreement_id ?? [])
    },

    markAsOurs: async (agreementId) => {
      await db.updateTable('aws_events').set({ is_foreign: 0 }).where('agreement_id', '=', agreementId).execute()
    },
  }
}

function isNotice({ kind, autoRenews }: AwsEventFacts): boolean {
  return kind === 'notice' || (kind === 'amended' && autoRenews === false)
}

const detailOf = z.object({ detail: z.unknown() })

const text = z.string().nullable()
const time = z.coerce.date()
const storedFacts = z.object({
  id: z.string(),
  time,
  kind: z.enum(awsEventKinds),
  agreementId: text,
  intent: text,
  status: text,
  startsAt: time.nullable(),
  endsAt: time.nullable(),
  autoRenews: z.boolean().nullable(),
  previousAgreementId: text,
  awsAccountId: text,
  proposerAccountId: text,
  offerId: text,
  productCode: text,
  productId: text,
  licenseArn: text,
})
