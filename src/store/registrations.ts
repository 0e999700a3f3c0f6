import { sql, type Kysely, type Selectable } from 'kysely'
import type { RegistrationRows } from '../domain/registration-rows.ts'
import { WriteConflict } from './guard.ts'
import type { TimeOf } from './database.ts'
import { licenseId } from './expressions.ts'
import { registrationColumns, registrationOf, rowOf, type RegistrationRow } from './registration-row.ts'
import type { RegistrationsTable, Tables } from './schema.ts'

type CandidateRow = Pick<
  Selectable<RegistrationsTable>,
  'id' | 'product_code' | 'aws_account_id' | 'license_arn' | 'landed_at'
> & { readonly by_token: number }

/** The tables `registrations` and `tokens` (which token led to which registration), over one connection or one transaction. */
export function registrationRows(db: Kysely<Tables>, timeOf: TimeOf): RegistrationRows {
  const rows = () => db.selectFrom('registrations').select(registrationColumns)

  async function update(id: string, values: Partial<RegistrationRow>): Promise<void> {
    const { numUpdatedRows } = await db
      .updateTable('registrations')
      .set(values)
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    if (numUpdatedRows === 0n) throw new WriteConflict()
  }

  return {
    find: async (id) => registrationOf(await rows().where('id', '=', id).executeTakeFirst()),

    findByToken: async (tokenHash, since) =>
      registrationOf(
        await rows()
          .innerJoin('tokens', 'tokens.registration_id', 'registrations.id')
          .where('tokens.token_hash', '=', tokenHash)
          .where('tokens.resolved_at', '>=', timeOf(since))
          .executeTakeFirst(),
      ),

    findByReference: async (reference) =>
      registrationOf(await rows().where('reference', '=', reference).executeTakeFirst()),

    findBySubscription: async ({ licenseId: ofThis, previousAgreementId, initialAgreementId }) => {
      const found = ofThis === null ? undefined : await rows().where(licenseId, '=', ofThis).executeTakeFirst()
      if (found !== undefined || (previousAgreementId ?? initialAgreementId) === null) return registrationOf(found)
      return registrationOf(
        await rows()
          .where(licenseId, 'in', (chain) =>
            chain
              .selectFrom('subscriptions')
              .select('license_id')
              .where((row) =>
                row.or([
                  row('agreement_id', 'in', [previousAgreementId, initialAgreementId]),
                  row('initial_agreement_id', '=', initialAgreementId),
                ]),
              ),
          )
          .orderBy('last_landed_at', 'desc')
          .executeTakeFirst(),
      )
    },

    // Each part is found by an index. Plain SQL, for each landing asks this: putting it together took longer than running it.
    findCandidates: async ({ productCode, awsAccountId, licenseArn }, tokenHash, since) => {
      const { rows: found } = await sql<CandidateRow>`
        select id, product_code, aws_account_id, license_arn, landed_at, 0 as by_token
          from registrations where license_arn = ${licenseArn}
        union all
        select id, product_code, aws_account_id, license_arn, landed_at, 0
          from registrations where product_code = ${productCode} and aws_account_id = ${awsAccountId}
        union all
        select r.id, r.product_code, r.aws_account_id, r.license_arn, r.landed_at, 1
          from tokens t join registrations r on r.id = t.registration_id
          where t.token_hash = ${tokenHash} and t.resolved_at >= ${timeOf(since)}`.execute(db)
      return found.map((row) => ({
        id: row.id,
        productCode: row.product_code,
        awsAccountId: row.aws_account_id,
        licenseArn: row.license_arn,
        landedAt: new Date(row.landed_at),
        byToken: row.by_token === 1,
      }))
    },

    insert: async (registration) => {
      await db.insertInto('registrations').values(rowOf(registration)).execute()
    },

    insertToken: async (tokenHash, id, at) => {
      const resolved = { registration_id: id, resolved_at: timeOf(at) }
      await db
        .insertInto('tokens')
        .values({ token_hash: tokenHash, ...resolved })
        .onConflict((conflict) => conflict.column('token_hash').doUpdateSet(resolved))
        .execute()
    },

    updateLastLanded: (id, at) => update(id, { last_landed_at: at }),

    updatePurchase: (registration) => {
      const { license_arn, customer_identifier, offer_type, claimed_agreement_id, ...row } = rowOf(registration)
      const { claimed_product_id, last_landed_at, updated_at } = row
      return update(registration.id, {
        ...{ license_arn, customer_identifier, offer_type, claimed_agreement_id, claimed_product_id },
        ...{ last_landed_at, updated_at },
      })
    },

    updateReady: (registration) => {
      const { ready_at, ready_by, ready_url, ready_message, updated_at } = rowOf(registration)
      return update(registration.id, { ready_at, ready_by, ready_url, ready_message, updated_at })
    },

    erase: (id, at) =>
      update(id, {
        ...{ email: null, name: null, company: null, phone: null, fields: '{}', field_labels: '{}' },
        ...{ ready_url: null, ready_message: null, updated_at: at },
      }),

    updateContact: (registration) => {
      const { status, email, name, company, phone, fields, field_labels, ...row } = rowOf(registration)
      const { language, registered_at, updated_at } = row
      return update(registration.id, {
        ...{ status, email, name, company, phone, fields, field_labels },
        ...{ language, registered_at, updated_at },
      })
    },
  }
}
