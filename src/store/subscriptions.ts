import type { Kysely } from 'kysely'
import { licenseIdOf } from '../domain/aws-event.ts'
import type { Ask, Question, SubscriptionRows } from '../domain/subscription-ports.ts'
import type { Database, TimeOf } from './database.ts'
import { licenseId } from './expressions.ts'
import type { Tables } from './schema.ts'
import { rowOf, subscriptionColumns, subscriptionOf } from './subscription-row.ts'

/** Longer than AWS is waited for. A task that dies meanwhile leaves the question to the others after this. */
const claimedForMs = 60_000

const askColumns = {
  agreement: { at: 'agreement_ask_at', tries: 'agreement_tries' },
  entitlements: { at: 'entitlements_ask_at', tries: 'entitlements_tries' },
} as const satisfies Record<Question, { readonly at: string; readonly tries: string }>

/** The table `subscriptions`, over one connection or one transaction. */
export function subscriptionRows(
  db: Kysely<Tables>,
  { timeOf, fromNow }: { readonly timeOf: TimeOf; readonly fromNow: Database['fromNow'] },
): SubscriptionRows {
  const rows = db.selectFrom('subscriptions').select(subscriptionColumns)
  const asking = (agreementId: string, question: Question, ask: Ask) => {
    const { at, tries } = askColumns[question]
    return db
      .updateTable('subscriptions')
      .set({ [at]: ask === null ? null : timeOf(ask.at), [tries]: ask?.tries ?? 0 })
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
      await asking(agreementId, question, ask).execute()
    },

    // A claimed question is due in the future; one that was asked meanwhile is due.
    finishAsk: async (agreementId, question, next) => {
      await asking(agreementId, question, next).where(askColumns[question].at, '>', fromNow(0)).execute()
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
