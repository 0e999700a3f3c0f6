import type { RegistrationData } from './notification.ts'
import { visible } from './visible.ts'

/** The columns before the answers, in the documented order. */
const columns = [
  'id',
  'reference',
  'status',
  'product',
  'product_code',
  'aws_account_id',
  'license_arn',
  'customer_identifier',
  'offer_type',
  'claimed_agreement_id',
  'claimed_product_id',
  'email',
  'name',
  'company',
  'phone',
  'language',
  'landed_at',
  'last_landed_at',
  'registered_at',
  'ready_at',
  'ready_by',
  'ready_url',
  'ready_message',
  'updated_at',
] as const satisfies readonly (keyof RegistrationData)[]

/** Formats CSV (RFC 4180) with a header line. Each of the seller's own fields is a column `fields.NAME`. */
export function registrationCsv(rows: readonly RegistrationData[]): string {
  const fields = [...new Set(rows.flatMap((row) => Object.keys(row.fields)))]
  return csvHeader(fields) + csvLines(rows, fields)
}

/** The header line for these names of own fields. */
export function csvHeader(fields: readonly string[]): string {
  return csvLine([...columns, ...fields.map((field) => `fields.${field}`)])
}

export function csvLines(rows: readonly RegistrationData[], fields: readonly string[]): string {
  return rows
    .map((row) =>
      csvLine([
        ...columns.map((column) => row[column]),
        ...fields.map((field) => answer(Object.hasOwn(row.fields, field) ? row.fields[field] : null)),
      ]),
    )
    .join('')
}

export function csvLine(values: readonly (string | null)[]): string {
  return `${values.map(csvField).join(',')}\r\n`
}

function answer(value: string | boolean | null | undefined): string | null {
  return value === undefined || value === null ? null : String(value)
}

/** The start of a cell: the start of the field, or after `;`, where some spreadsheets split. */
const formulaStart = /(^|;)([\s"']*)(?=[=+\-@＝＋－＠])/g

/**
 * A spreadsheet executes a cell that looks like a formula, and a buyer could type one. An apostrophe makes it text.
 * Source: https://owasp.org/www-community/attacks/CSV_Injection
 */
function csvField(value: string | null): string {
  if (value === null) return ''
  const text = visible(value).replaceAll(formulaStart, "$1$2'")
  return /["',;]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text
}
