import { hash } from 'node:crypto'
import { sql, type Kysely, type Selectable } from 'kysely'
import { isOfAccount, type Candidate } from '../domain/identity.ts'
import type { RegistrationRows } from '../domain/registration-rows.ts'
import type { Registration } from '../domain/registration.ts'
import { WriteConflict } from './guard.ts'
import type { Database, TimeOf } from './database.ts'
import { licenseId } from './expressions.ts'
import { readRow, registrationColumns, registrationOf, rowOf, type RegistrationRow } from './registration-row.ts'
import type { RegistrationsTable, Tables } from './schema.ts'

type RegistrationRowsDeps = Pick<Database, 'together'> & { readonly timeOf: TimeOf }

type CandidateRow = Selectable<RegistrationsTable> & { readonly by_token: number; readonly had_token: number }

/** What a landing fills. */
const purchaseColumns = [
  'license_arn',
  'customer_identifier',
  'offer_type',
  'claimed_agreement_id',
  'claimed_product_id',
] as const

const columns = sql.raw(registrationColumns.join(', '))

/** The tables `registrations` and `tokens` (the registration of each token), over one connection or one transaction. */
export function registrationRows(db: Kysely<Tables>, { timeOf, together }: RegistrationRowsDeps): RegistrationRows {
  const rows = () => db.selectFrom('registrations').select(registrationColumns)

  const updating = (id: string, values: Partial<RegistrationRow>) =>
    db.updateTable('registrations').set(values).where('id', '=', id)

  async function update(id: string, values: Partial<RegistrationRow>): Promise<void> {
    const { numUpdatedRows } = await updating(id, values).executeTakeFirstOrThrow()
    if (numUpdatedRows === 0n) throw new WriteConflict()
  }

  const byToken = (tokenHash: string) =>
    db.selectFrom('tokens').select('registration_id').where('token_hash', '=', tokenHash)

  return {
    find: async (id) => registrationOf(await rows().where('id', '=', id).executeTakeFirst()),

    findByToken: async (tokenHash, since) =>
      registrationOf(
        await rows()
          .where('id', '=', byToken(tokenHash).where('resolved_at', '>=', timeOf(since)))
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
              .select('license_id as id')
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

    // Three lookups, each by an index. With one condition with `or`, PostgreSQL reads a new table as a whole.
    findCandidates: async ({ productCode, awsAccountId, licenseArn }, tokenHash, since) => {
      const { rows: found } = await sql<CandidateRow>`
        select ${columns}, 0 as by_token, 0 as had_token from registrations where license_arn = ${licenseArn}
        union all
        select ${columns}, 0, 0 from registrations
          where product_code = ${productCode} and aws_account_id = ${awsAccountId}
        union all
        select ${columns}, case when resolved_at >= ${timeOf(since)} then 1 else 0 end, 1
          from tokens join registrations on registrations.id = registration_id
          where token_hash = ${tokenHash}`.execute(db)
      const rowsById = Map.groupBy(found, ({ id }) => id)
      return [...rowsById.values()].flatMap((same) =>
        same.slice(0, 1).map((row) => ({
          ...readRow(row),
          byToken: same.some(({ by_token: byToken }) => byToken === 1),
          hadToken: same.some(({ had_token: hadToken }) => hadToken === 1),
        })),
      )
    },

    insert: async (registration, { tokenHash, at }, candidates) => {
      const row = db.insertInto('registrations').values(rowOf(registration)).returning('id')
      const values = {
        registration_id: registration.id,
        resolved_at: timeOf(at),
        created_after: createdAfter(registration, candidates),
      }
      const token = db.insertInto('tokens').values({ token_hash: tokenHash, ...values })
      // No candidate was found by this token, so it must be new. If it is not, a concurrent landing has stored it.
      const isKnown = candidates.some(({ hadToken }) => hadToken)
      await together(db, row, isKnown ? token.onConflict((key) => key.column('token_hash').doUpdateSet(values)) : token)
    },

    updatePurchase: async (registration, before, { tokenHash, at }) => {
      const [row, known] = [rowOf(registration), rowOf(before)]
      const { id, last_landed_at, updated_at } = row
      const isChanged = registration.updatedAt !== before.updatedAt
      const purchase = Object.fromEntries(purchaseColumns.map((column) => [column, row[column]]))
      const updated = updating(id, isChanged ? { ...purchase, last_landed_at, updated_at } : { last_landed_at })
      // A concurrent landing may have filled one of these columns. Without the condition, this would clear it.
      const stillSame = purchaseColumns.reduce(
        (query, column) => (isChanged ? query.where(column, 'is not distinct from', known[column]) : query),
        updated.returning('id'),
      )
      const values = { registration_id: id, resolved_at: timeOf(at) }
      const token = db
        .insertInto('tokens')
        .values({ token_hash: tokenHash, ...values })
        .onConflict((key) => key.column('token_hash').doUpdateSet(values))
      if ((await together(db, stillSame, token)) === 0) throw new WriteConflict()
    },

    updateLastLanded: (id, at) => update(id, { last_landed_at: at }),

    updateReady: (registration) => {
      const { ready_at, ready_by, ready_url, ready_message, updated_at } = rowOf(registration)
      return update(registration.id, { ready_at, ready_by, ready_url, ready_message, updated_at })
    },

    erase: (id, at) =>
      update(id, {
        email: null,
        name: null,
        company: null,
        phone: null,
        fields: '{}',
        field_labels: '{}',
        ready_url: null,
        ready_message: null,
        updated_at: at,
      }),

    updateContact: (registration) => {
      const { status, email, name, company, phone, fields, field_labels, ...row } = rowOf(registration)
      const { language, registered_at, updated_at } = row
      return update(registration.id, {
        status,
        email,
        name,
        company,
        phone,
        fields,
        field_labels,
        language,
        registered_at,
        updated_at,
      })
    },
  }
}

/** Changes whenever the account gets another registration for the product. */
function createdAfter(registration: Registration, candidates: readonly Candidate[]): string {
  const others = candidates.filter(isOfAccount(registration)).map(({ id }) => id)
  return hash('sha256', JSON.stringify([registration.productCode, registration.awsAccountId, ...others.sort()]))
}
