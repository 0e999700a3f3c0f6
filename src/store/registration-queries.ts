import { sql, type Kysely, type Selectable } from 'kysely'
import type { Contact } from '../domain/contact.ts'
import type { Claims, Customer } from '../domain/customer.ts'
import type { Registration } from '../domain/registration.ts'
import { prepare } from './prepare.ts'
import type { RegistrationsTable, Tables } from './schema.ts'

/** What a landing brings. */
export type Given = Customer & Claims & { readonly id: string; readonly at: Date }
type NewRow = Given & { readonly reference: string }

type Row = Selectable<RegistrationsTable>

/** Named one by one: with `*`, a column that a newer release adds would reach tasks of this one that still run. */
const columns = [
  'registrations.id',
  'registrations.reference',
  'registrations.status',
  'registrations.product_code',
  'registrations.aws_account_id',
  'registrations.license_arn',
  'registrations.customer_identifier',
  'registrations.offer_type',
  'registrations.claimed_agreement_id',
  'registrations.claimed_product_id',
  'registrations.email',
  'registrations.name',
  'registrations.company',
  'registrations.phone',
  'registrations.language',
  'registrations.landed_at',
  'registrations.last_landed_at',
  'registrations.registered_at',
  'registrations.updated_at',
] as const

const newColumns = [
  'id',
  'reference',
  'status',
  'product_code',
  'aws_account_id',
  'license_arn',
  'customer_identifier',
  'offer_type',
  'claimed_agreement_id',
  'claimed_product_id',
  'landed_at',
  'last_landed_at',
  'updated_at',
] as const

/** The values of `newColumns`, as a select that a condition may empty. */
function newRow(db: Kysely<Tables>, given: NewRow) {
  return db.selectNoFrom((row) => [
    row.val(given.id).as('id'),
    row.val(given.reference).as('reference'),
    sql.lit('landed').as('status'),
    row.val(given.productCode).as('product_code'),
    row.val(given.awsAccountId).as('aws_account_id'),
    row.val(given.licenseArn).as('license_arn'),
    row.val(given.customerIdentifier).as('customer_identifier'),
    row.val(given.offerType).as('offer_type'),
    row.val(given.claimedAgreementId).as('claimed_agreement_id'),
    row.val(given.claimedProductId).as('claimed_product_id'),
    row.val(given.at).as('landed_at'),
    row.val(given.at).as('last_landed_at'),
    row.val(given.at).as('updated_at'),
  ])
}

/** Every statement about registrations, built once. */
export function registrationQueries(db: Kysely<Tables>) {
  return {
    /** Every row that this landing might belong to; each part is found by an index. */
    candidates: prepare((given: Customer & { readonly tokenHash: string; readonly since: Date }) =>
      db
        .selectFrom('registrations')
        .select([...columns, sql<number>`0`.as('by_token')])
        .where('license_arn', '=', given.licenseArn)
        .unionAll(
          db
            .selectFrom('registrations')
            .select([...columns, sql<number>`0`.as('by_token')])
            .where('license_arn', 'is', null)
            .where('product_code', '=', given.productCode)
            .where('aws_account_id', '=', given.awsAccountId),
        )
        .unionAll(
          db
            .selectFrom('tokens')
            .innerJoin('registrations', 'registrations.id', 'tokens.registration_id')
            .select([...columns, sql<number>`1`.as('by_token')])
            .where('tokens.token_hash', '=', given.tokenHash)
            .where('tokens.resolved_at', '>=', given.since),
        ),
    ),

    /** For a customer who was never here. Affects no row when there might be a registration already. */
    admit: prepare((given: NewRow & { readonly tokenHash: string }) =>
      db
        .insertInto('registrations')
        .columns(newColumns)
        .expression(
          newRow(db, given).where((row) =>
            row.not(
              row.exists(
                row
                  .selectFrom('registrations')
                  .select('id')
                  .where('license_arn', 'is', null)
                  .where('product_code', '=', given.productCode)
                  .where('aws_account_id', '=', given.awsAccountId)
                  .unionAll(
                    row.selectFrom('tokens').select('registration_id as id').where('token_hash', '=', given.tokenHash),
                  ),
              ),
            ),
          ),
        )
        .onConflict((conflict) => conflict.doNothing()),
    ),

    /** Gives no row when another task inserted this customer first. */
    insert: prepare((given: NewRow) =>
      db
        .insertInto('registrations')
        .columns(newColumns)
        // Without a condition SQLite takes what follows for part of the select.
        .expression(newRow(db, given).where(sql<boolean>`true`))
        .onConflict((conflict) => conflict.doNothing())
        .returning(columns),
    ),

    touch: prepare((given: { readonly id: string; readonly at: Date }) =>
      db.updateTable('registrations').set({ last_landed_at: given.at }).where('id', '=', given.id).returning(columns),
    ),

    /** Fills what is not known yet. Gives no row when another task has given it a license since it was read. */
    fill: prepare((given: Given & { readonly seenLicense: string }) =>
      db
        .updateTable('registrations')
        .set((row) => ({
          license_arn: row.fn.coalesce('license_arn', row.val(given.licenseArn)),
          customer_identifier: row.fn.coalesce('customer_identifier', row.val(given.customerIdentifier)),
          offer_type: row.fn.coalesce('offer_type', row.val(given.offerType)),
          claimed_agreement_id: row.fn.coalesce('claimed_agreement_id', row.val(given.claimedAgreementId)),
          claimed_product_id: row.fn.coalesce('claimed_product_id', row.val(given.claimedProductId)),
          last_landed_at: given.at,
          updated_at: given.at,
        }))
        .where('id', '=', given.id)
        .where((row) => row(row.fn.coalesce('license_arn', sql<string>`''`), '=', given.seenLicense))
        .returning(columns),
    ),

    /** Affects no row when there is no such registration. */
    remember: prepare((given: { readonly tokenHash: string; readonly registrationId: string; readonly at: Date }) =>
      db
        .insertInto('tokens')
        .columns(['registration_id', 'token_hash', 'resolved_at'])
        .expression((row) =>
          row
            .selectFrom('registrations')
            .select(['id', row.val(given.tokenHash).as('token_hash'), row.val(given.at).as('resolved_at')])
            .where('id', '=', given.registrationId),
        )
        .onConflict((conflict) =>
          conflict.column('token_hash').doUpdateSet((row) => ({
            registration_id: row.ref('excluded.registration_id'),
            resolved_at: row.ref('excluded.resolved_at'),
          })),
        ),
    ),

    landAgain: prepare((given: { readonly tokenHash: string; readonly since: Date; readonly at: Date }) =>
      db
        .updateTable('registrations')
        .set({ last_landed_at: given.at })
        .where('id', '=', (tokens) =>
          tokens
            .selectFrom('tokens')
            .select('registration_id')
            .where('token_hash', '=', given.tokenHash)
            .where('resolved_at', '>=', given.since),
        )
        .returning(columns),
    ),

    complete: prepare((given: Contact & { readonly id: string; readonly language: string; readonly at: Date }) =>
      db
        .updateTable('registrations')
        .set((row) => ({
          status: 'registered' as const,
          email: given.email,
          name: given.name,
          company: given.company,
          phone: row.fn.coalesce(row.val(given.phone), 'phone'),
          language: given.language,
          registered_at: sql<Date>`coalesce(registered_at, ${given.at})`,
          updated_at: given.at,
        }))
        .where('id', '=', given.id)
        .returning(columns),
    ),

    find: prepare((given: { readonly id: string }) =>
      db.selectFrom('registrations').select(columns).where('id', '=', given.id),
    ),
  }
}

/** What `admit` and `insert` store. */
export function newRegistration({ at, ...given }: NewRow): Registration {
  const unknown = { contact: null, language: null, registeredAt: null }
  return { ...given, ...unknown, status: 'landed', landedAt: at, lastLandedAt: at, updatedAt: at }
}

export function registrationOf(row: Row): Registration {
  const { email, name, company, phone } = row
  return {
    id: row.id,
    reference: row.reference,
    status: row.status,
    productCode: row.product_code,
    awsAccountId: row.aws_account_id,
    licenseArn: row.license_arn,
    customerIdentifier: row.customer_identifier,
    offerType: row.offer_type,
    claimedAgreementId: row.claimed_agreement_id,
    claimedProductId: row.claimed_product_id,
    contact: email === null || name === null || company === null ? null : { email, name, company, phone },
    language: row.language,
    landedAt: new Date(row.landed_at),
    lastLandedAt: new Date(row.last_landed_at),
    registeredAt: row.registered_at === null ? null : new Date(row.registered_at),
    updatedAt: new Date(row.updated_at),
  }
}
