import type { RegistrationData } from '../../domain/notification.ts'
import { registrationCsv } from '../../domain/registration-csv.ts'
import { visible, visibleJson } from '../../domain/visible.ts'
import { table } from '../table.ts'

type Rows = readonly RegistrationData[]

export const formats = { table: asTable, json: asJson, csv: registrationCsv }

function asJson(rows: Rows): string {
  return visibleJson(rows)
}

const columns = [
  ['reference', 'REFERENCE'],
  ['status', 'STATUS'],
  ['landed_at', 'LANDED (UTC)'],
  ['registered_at', 'REGISTERED (UTC)'],
  ['ready_at', 'READY (UTC)'],
  ['aws_account_id', 'AWS ACCOUNT'],
  ['license_arn', 'LICENSE'],
  ['company', 'COMPANY'],
  ['email', 'E-MAIL'],
] as const

/** A table for a terminal with the columns that support staff need most. */
function asTable(rows: Rows): string {
  return table([
    columns.map(([, heading]) => heading),
    ...rows.map((row) => columns.map(([column]) => cell(column, row[column]))),
  ])
}

function cell(column: string, value: string | null): string {
  if (value === null) return '–'
  if (column.endsWith('_at')) return value.slice(0, 16).replace('T', ' ')
  // The end of the ARN identifies the license; `--license` accepts it.
  const text = column === 'license_arn' ? (value.split(':').at(-1) ?? value) : value
  const shown = visible(text)
  return shown.length > 40 ? `${shown.slice(0, 39)}…` : shown
}
