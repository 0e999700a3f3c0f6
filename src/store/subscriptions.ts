import type { Kysely } from 'kysely'
import { licenseIdOf } from '../domain/license.ts'
import type { CheckKind, NextCheck, SubscriptionRows } from '../domain/subscription-rows.ts'
import type { Database, TimeOf } from './database.ts'
import { licenseId } from './expressions.ts'
import type { Tables } from './schema.ts'
import { rowOf, subscriptionColumns, subscriptionOf } from './subscription-row.ts'

/** Longer than any call to AWS. After this, another instance may claim a check of an instance that was killed. */
const claimLastsMs = 60_000

const checkColumns = {
  agreement: {
    at: 'agreement_check_at',
    emptyAnswers: 'agreement_empty_answers',
    failures: 'agreement_failures',
  },
  entitlements: {
    at: 'entitlements_check_at',
    emptyAnswers: 'entitlements_empty_answers',
    failures: 'entitlements_failures',
  },
} as const satisfies Record<CheckKind, Record<keyof NextCheck, string>>

/** The table `subscriptions`, over one connection or one transaction. */
export function subscriptionRows(
  db: Kysely<Tables>,
  { timeOf, fromNow }: { readonly timeOf: TimeOf; readonly fromNow: Database['fromNow'] },
): SubscriptionRows {
  const rows = db.selectFrom('subscriptions').select(subscriptionColumns)
  const setCheck = (agreementId: string, kind: CheckKind, next: NextCheck | null) => {
    const { at, emptyAnswers, failures } = checkColumns[kind]
    return db
      .updateTable('subscriptions')
      .set({
        [at]: next === null ? null : timeOf(next.at),
        [emptyAnswers]: next?.emptyAnswers ?? 0,
        [failures]: next?.failures ?? 0,
      })
      .where('agreement_id', '=', agreementId)
  }
  return {
    find: async (agreementId) => {
      const row = await rows.where('agreement_id', '=', agreementId).executeTakeFirst()
      return row === undefined ? null : subscriptionOf(row)
    },

    findByLicense: async (licenseArn) => {
      const row = await rows
        .where('license_id', '=', licenseIdOf(licenseArn))
        // If a renewal keeps the license, use the newer agreement.
        .orderBy((row) => row('state', '=', 'superseded'))
        .orderBy('updated_at', 'desc')
        .executeTakeFirst()
      return row === undefined ? null : subscriptionOf(row)
    },

    ofAccount: async (awsAccountId) => {
      const found = await rows.where('aws_account_id', '=', awsAccountId).execute()
      return found.map(subscriptionOf)
    },

    save: async (subscription) => {
      const { agreement_id, ...values } = rowOf(subscription)
      await db
        .insertInto('subscriptions')
        .values({ agreement_id, ...values })
        .onConflict((conflict) => conflict.column('agreement_id').doUpdateSet(values))
        .execute()
    },

    remove: async (agreementId) => {
      await db.deleteFrom('subscriptions').where('agreement_id', '=', agreementId).execute()
    },

    requestCheck: async (agreementId, kind, next) => {
      const { at } = checkColumns[kind]
      await setCheck(agreementId, kind, next)
        .where((row) => row.or([row(at, 'is', null), row(at, '>', timeOf(next.at))]))
        .execute()
    },

    requestEntitlements: async (emptyAnswers) => {
      await db
        .updateTable('subscriptions')
        .set({ entitlements_check_at: fromNow(0), entitlements_empty_answers: emptyAnswers, entitlements_failures: 0 })
        .where('state', '=', 'active')
        .where('entitlements_check_at', 'is', null)
        .execute()
    },

    // A claimed check is due in the future. A check that was requested after the claim is due now and is kept.
    finishCheck: async ({ agreementId, kind }, next) => {
      await setCheck(agreementId, kind, next).where(checkColumns[kind].at, '>', fromNow(0)).execute()
    },

    // Repeat the condition so that a concurrent claimer skips the row.
    claimCheck: async (kind) => {
      const { at, emptyAnswers, failures } = checkColumns[kind]
      const claimed = await db
        .updateTable('subscriptions')
        .set({ [at]: fromNow(claimLastsMs) })
        .where('agreement_id', '=', (due) =>
          due.selectFrom('subscriptions').select('agreement_id').where(at, '<=', fromNow(0)).orderBy(at).limit(1),
        )
        .where(at, '<=', fromNow(0))
        .returning(['agreement_id', `${emptyAnswers} as emptyAnswers`, `${failures} as failures`])
        .executeTakeFirst()
      if (claimed === undefined) return null
      const { agreement_id, ...counts } = claimed
      return { agreementId: agreement_id, kind, ...counts }
    },

    isChecking: async (agreementId) => {
      const open = await db
        .selectFrom('subscriptions')
        .select('agreement_id')
        .where('agreement_id', '=', agreementId)
        .where((row) =>
          row.or(
            Object.values(checkColumns).map(({ at, emptyAnswers, failures }) =>
              row.and([row(at, '<=', fromNow(claimLastsMs)), row(emptyAnswers, '=', 0), row(failures, '=', 0)]),
            ),
          ),
        )
        .executeTakeFirst()
      return open !== undefined
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
