import type { InsertType, Selectable } from 'kysely'
import { z } from 'zod'
import type { Registration } from '../domain/registration.ts'
import type { RegistrationsTable } from './schema.ts'

/** Listed one by one, because `*` would also select columns that a newer release adds. */
export const registrationColumns = [
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
  'registrations.fields',
  'registrations.field_labels',
  'registrations.language',
  'registrations.landed_at',
  'registrations.last_landed_at',
  'registrations.registered_at',
  'registrations.ready_at',
  'registrations.ready_by',
  'registrations.ready_url',
  'registrations.ready_message',
  'registrations.updated_at',
] as const

export type RegistrationRow = { readonly [Column in keyof RegistrationsTable]: InsertType<RegistrationsTable[Column]> }

export function rowOf(registration: Registration): RegistrationRow {
  const { contact } = registration
  return {
    id: registration.id,
    reference: registration.reference,
    status: registration.status,
    product_code: registration.productCode,
    aws_account_id: registration.awsAccountId,
    license_arn: registration.licenseArn,
    customer_identifier: registration.customerIdentifier,
    offer_type: registration.offerType,
    claimed_agreement_id: registration.claimedAgreementId,
    claimed_product_id: registration.claimedProductId,
    email: contact?.email ?? null,
    name: contact?.name ?? null,
    company: contact?.company ?? null,
    phone: contact?.phone ?? null,
    fields: JSON.stringify(registration.fields),
    field_labels: JSON.stringify(registration.fieldLabels),
    language: registration.language,
    landed_at: registration.landedAt,
    last_landed_at: registration.lastLandedAt,
    registered_at: registration.registeredAt,
    ready_at: registration.readyAt,
    ready_by: registration.readyBy,
    ready_url: registration.readyUrl,
    ready_message: registration.readyMessage,
    updated_at: registration.updatedAt,
  }
}

export function registrationOf(row: Selectable<RegistrationsTable> | undefined): Registration | null {
  return row === undefined ? null : readRow(row)
}

const storedFields = z.record(z.string(), z.union([z.string(), z.boolean(), z.null()]))
const storedLabels = z.record(z.string(), z.string())

export function readRow(row: Selectable<RegistrationsTable>): Registration {
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
    fields: storedFields.parse(JSON.parse(row.fields)),
    fieldLabels: storedLabels.parse(JSON.parse(row.field_labels)),
    language: row.language,
    landedAt: new Date(row.landed_at),
    lastLandedAt: new Date(row.last_landed_at),
    registeredAt: row.registered_at === null ? null : new Date(row.registered_at),
    readyAt: row.ready_at === null ? null : new Date(row.ready_at),
    readyBy: row.ready_by,
    readyUrl: row.ready_url,
    readyMessage: row.ready_message,
    updatedAt: new Date(row.updated_at),
  }
}
