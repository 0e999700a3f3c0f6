import { sql, type Kysely, type Selectable } from 'kysely'
import type { Contact } from '../domain/contact.ts'
import type { Claims, Customer } from '../domain/customer.ts'
import type { Registration } from '../domain/registration.ts'
import { prepare } from './prepare.ts'
import type { RegistrationsTable, Tables } from './schema.ts'

/** What a landing brings. */
export type Given = Customer & Claims & { readonly id: string; readonly at: Date }

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

    /** Gives no row when another task inserted this customer first. */
    insert: prepare((given: Given & { readonly reference: string }) =>
      db
        .insertInto('registrations')
        .values({
          id: given.id,
          reference: given.reference,
          status: 'landed',
          product_code: given.productCode,
          aws_account_id: given.awsAccountId,
          license_arn: given.licenseArn,
          customer_identifier: given.customerIdentifier,
          offer_type: given.offerType,
          claimed_agreement_id: given.claimedAgreementId,
          claimed_product_id: given.claimedProductId,
          landed_at: given.at,
          last_landed_at: given.at,
          updated_at: given.at,
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning(columns),
    ),

    touch: prepare((given: { readonly id: string; readonly at: Date }) =>
      db.updateTable('registrations').set({ last_landed_at: given.at }).where('id', '=', given.id).returning(columns),
    ),

    /** Fills what is not known yet. Gives no row when another task has given it a licence since it was read. */
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

    remember: prepare((given: { readonly tokenHash: string; readonly registrationId: string; readonly at: Date }) =>
      db
        .insertInto('tokens')
        .values({ token_hash: given.tokenHash, registration_id: given.registrationId, resolved_at: given.at })
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
