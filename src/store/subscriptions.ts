import type { Kysely, Selectable } from 'kysely'
import { z } from 'zod'
import { licenseIdOf } from '../domain/aws-event.ts'
import type { Question, StoredSubscription, SubscriptionRows } from '../domain/subscription-ports.ts'
import type { Database, TimeOf } from './database.ts'
import type { SubscriptionsTable, Tables } from './schema.ts'
import { licenseId } from './license-id.ts'

/** Longer than AWS is waited for. A task that dies meanwhile leaves the question to the others after this. */
const claimedForMs = 60_000

const askColumns = {
  agreement: { at: 'agreement_ask_at', tries: 'agreement_tries' },
  entitlements: { at: 'entitlements_ask_at', tries: 'entitlements_tries' },
} as const satisfies Record<Question, { readonly at: string; readonly tries: string }>

const columns = [
  ...(['agreement_id', 'license_arn', 'license_id', 'initial_agreement_id', 'previous_agreement_id'] as const),
  ...(['product_code', 'product_id', 'aws_account_id', 'offer_id', 'state', 'starts_at', 'ends_at'] as const),
  ...(['advisory_at', 'activated_at', 'ended_at', 'entitlements', 'checked_at', 'updated_at'] as const),
  ...(['final_usage_by', 'answer', 'told', 'told_advisory_at', 'owes_update'] as const),
] as const
type Row = Pick<Selectable<SubscriptionsTable>, (typeof columns)[number]>

/** The table `subscriptions`, over one connection or one transaction. */
export function subscriptionRows(
  db: Kysely<Tables>,
  { timeOf, fromNow }: { readonly timeOf: TimeOf; readonly fromNow: Database['fromNow'] },
): SubscriptionRows {
  const rows = db.selectFrom('subscriptions').select(columns)
  return {
    find: async (agreementId) => {
      const row = await rows.where('agreement_id', '=', agreementId).executeTakeFirst()
      return row === undefined ? null : subscriptionOf(row)
    },

    findByLicense: async (licenseArn) => {
      const row = await rows
        .where('license_id', '=', licenseIdOf(licenseArn))
        .orderBy('updated_at', 'desc')
        .executeTakeFirst()
      return row === undefined ? null : subscriptionOf(row)
    },

    save: async (subscription) => {
      const { agreement_id, ...values } = rowOf(subscription)
      await db
        .insertInto('subscriptions')
        .values({ agreement_id, ...values, agreement_tries: 0, entitlements_tries: 0 })
        .onConflict((conflict) => conflict.column('agreement_id').doUpdateSet(values))
        .execute()
    },

    remove: async (agreementId) => {
      await db.deleteFrom('subscriptions').where('agreement_id', '=', agreementId).execute()
    },

    setAsk: async (agreementId, question, ask) => {
      const { at, tries } = askColumns[question]
      await db
        .updateTable('subscriptions')
        .set({ [at]: ask === null ? null : timeOf(ask.at), [tries]: ask?.tries ?? 0 })
        .where('agreement_id', '=', agreementId)
        .execute()
    },

    // The condition stands twice: of two tasks that found the same row, the second looks again and leaves it.
    claimAsk: async (question) => {
      const { at, tries } = askColumns[question]
      const claimed = await db
        .updateTable('subscriptions')
        .set({ [at]: fromNow(claimedForMs) })
        .where('agreement_id', '=', (due) =>
          due.selectFrom('subscriptions').select('agreement_id').where(at, '<=', fromNow(0)).orderBy(at).limit(1),
        )
        .where(at, '<=', fromNow(0))
        .returning(['agreement_id', `${tries} as tries`])
        .executeTakeFirst()
      return claimed === undefined ? null : { agreementId: claimed.agreement_id, tries: claimed.tries }
    },

    findUnconfirmed: async (limit) => {
      const found = await db
        .selectFrom('registrations')
        .select('license_arn')
        .where('license_arn', 'is not', null)
        .where((row) =>
          row.not(
            row.exists(
              row
                .selectFrom('subscriptions')
                .select('agreement_id')
                .where('license_id', '=', licenseId)
                .where('state', 'not in', ['pending', 'scheduled']),
            ),
          ),
        )
        .orderBy('landed_at', 'desc')
        .limit(limit)
        .execute()
      return found.flatMap(({ license_arn }) => license_arn ?? [])
    },
  }
}

function rowOf(subscription: StoredSubscription) {
  const { answer, entitlements } = subscription
  return {
    agreement_id: subscription.agreementId,
    license_arn: subscription.licenseArn,
    license_id: subscription.licenseId,
    initial_agreement_id: subscription.initialAgreementId,
    previous_agreement_id: subscription.previousAgreementId,
    product_code: subscription.productCode,
    product_id: subscription.productId,
    aws_account_id: subscription.awsAccountId,
    offer_id: subscription.offerId,
    state: subscription.state,
    starts_at: subscription.startsAt,
    ends_at: subscription.endsAt,
    advisory_at: subscription.advisoryAt,
    activated_at: subscription.activatedAt,
    ended_at: subscription.endedAt,
    entitlements: entitlements === null ? null : JSON.stringify(entitlements),
    checked_at: subscription.checkedAt,
    updated_at: subscription.updatedAt,
    final_usage_by: subscription.finalUsageBy,
    answer: answer === null ? null : JSON.stringify(answer),
    told: subscription.told,
    told_advisory_at: subscription.toldAdvisoryAt,
    owes_update: subscription.owesUpdate ? 1 : 0,
  }
}

const text = z.string().nullable()
const time = z.coerce.date()
const storedAnswer = z.object({
  agreement: z.object({
    agreementId: z.string(),
    status: z.string(),
    startsAt: time.nullable(),
    endsAt: time.nullable(),
    awsAccountId: text,
    initialAgreementId: text,
    licenseArns: z.array(z.string()),
    productIds: z.array(z.string()),
  }),
  at: time,
})
const storedEntitlements = z.array(z.object({ dimension: z.string(), value: z.string(), expiresAt: text }))

function subscriptionOf(row: Row): StoredSubscription {
  const when = (value: Date | string | null) => (value === null ? null : new Date(value))
  return {
    agreementId: row.agreement_id,
    licenseArn: row.license_arn,
    licenseId: row.license_id,
    initialAgreementId: row.initial_agreement_id,
    previousAgreementId: row.previous_agreement_id,
    productCode: row.product_code,
    productId: row.product_id,
    awsAccountId: row.aws_account_id,
    offerId: row.offer_id,
    state: row.state,
    startsAt: when(row.starts_at),
    endsAt: when(row.ends_at),
    advisoryAt: when(row.advisory_at),
    activatedAt: when(row.activated_at),
    endedAt: when(row.ended_at),
    entitlements: row.entitlements === null ? null : storedEntitlements.parse(JSON.parse(row.entitlements)),
    checkedAt: when(row.checked_at),
    updatedAt: new Date(row.updated_at),
    finalUsageBy: when(row.final_usage_by),
    answer: row.answer === null ? null : storedAnswer.parse(JSON.parse(row.answer)),
    told: row.told,
    toldAdvisoryAt: when(row.told_advisory_at),
    owesUpdate: row.owes_update === 1,
  }
}
