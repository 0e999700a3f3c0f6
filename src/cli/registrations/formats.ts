import type { FoundRegistration } from '../../store/search.ts'
import { table } from '../table.ts'
import { visible, visibleJson } from '../visible.ts'

type Column = keyof FoundRegistration
type Rows = readonly FoundRegistration[]

/** The columns that are printed, in the README's order. */
const columns = [
  ...[
    'id',
    'reference',
    'status',
    'product_code',
    'aws_account_id',
    'license_arn',
    'customer_identifier',
    'offer_type',
  ],
  ...['claimed_agreement_id', 'claimed_product_id', 'email', 'name', 'company', 'phone', 'language'],
  ...['landed_at', 'last_landed_at', 'registered_at', 'updated_at'],
] as const satisfies readonly Column[]

export function asJson(rows: Rows): string {
  const named = rows.map((row) => Object.fromEntries(columns.map((column) => [column, row[column]])))
  return visibleJson(named)
}

/** RFC 4180, with a header line. */
export function asCsv(rows: Rows): string {
  const lines = [columns.join(','), ...rows.map((row) => columns.map((column) => csvField(row[column])).join(','))]
  return `${lines.join('\r\n')}\r\n`
}

/** The start of a cell: the start of the field, and each `;`, where some spreadsheets split. */
const formulaStart = /(^|;)([\s"']*)(?=[=+\-@＝＋－＠])/g

/**
 * A spreadsheet runs a cell that looks like a formula, and a buyer could type one. An apostrophe makes it text.
 * Source: https://owasp.org/www-community/attacks/CSV_Injection
 */
function csvField(value: string | null): string {
  if (value === null) return ''
  const text = visible(value).replaceAll(formulaStart, "$1$2'")
  return /["',;]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text
}

const headings: Readonly<Partial<Record<Column, string>>> = {
  reference: 'REFERENCE',
  status: 'STATUS',
  landed_at: 'LANDED (UTC)',
  registered_at: 'REGISTERED (UTC)',
  aws_account_id: 'AWS ACCOUNT',
  license_arn: 'LICENSE',
  company: 'COMPANY',
  email: 'E-MAIL',
}
const shown = [
  ...['reference', 'status', 'landed_at', 'registered_at', 'aws_account_id', 'license_arn', 'company', 'email'],
] as const satisfies readonly Column[]

/** For a terminal: the columns that support needs most. */
export function asTable(rows: Rows): string {
  const cells = [
    shown.map((column) => headings[column] ?? column),
    ...rows.map((row) => shown.map((column) => cell(column, row[column]))),
  ]
  return table(cells)
}

function cell(column: Column, value: string | null): string {
  if (value === null) return '–'
  if (column.endsWith('_at')) return value.slice(0, 16).replace('T', ' ')
  // The end of the ARN identifies the license, and `--license` accepts it.
  const text = column === 'license_arn' ? (value.split(':').at(-1) ?? value) : value
  const shown = visible(text)
  return shown.length > 40 ? `${shown.slice(0, 39)}…` : shown
}
