import type { Search } from '../../store/search.ts'
import { optionValues, UsageError } from '../usage-error.ts'

export type Format = 'table' | 'json' | 'csv'
export type Options = {
  readonly help: boolean
  readonly format: Format
  readonly search: Search
  /** The reference of the one whose history is asked for. */
  readonly history: string | null
  /** The reference of the one whose contact details are to be erased. */
  readonly erase: string | null
}

const usualLimit = 100
const highestLimit = 1_000_000

const options = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  csv: { type: 'boolean' },
  landed: { type: 'boolean' },
  registered: { type: 'boolean' },
  account: { type: 'string' },
  license: { type: 'string' },
  reference: { type: 'string' },
  since: { type: 'string' },
  limit: { type: 'string' },
  history: { type: 'string' },
  erase: { type: 'string' },
} as const

export const help = `npm run -s registrations -- [options]

Lists registrations, the newest first, from the database of DATABASE_URL.

  --landed           only buyers who came from AWS Marketplace and did not send the form
  --registered       only buyers who did
  --account ID       of one AWS account (12 digits)
  --license ARN      of one license: its ARN, or how it ends
  --reference REF    the one with this reference, as the buyer's last page shows it
  --since WHEN       first landed since: 45m, 24h, 7d, or a date such as 2026-11-01
  --limit N          at most so many; a table has ${String(usualLimit)} unless told
  --json, --csv      every column, for machines or a spreadsheet
  --history REF      what happened to this one, in order, and what changed; --json
  --erase REF        remove its contact details here, in its events and in what was not delivered yet. The row stays, with
                     its AWS account and license. Asks nothing and cannot be undone
  --help             this text
`

/** Parses the options. Throws a `UsageError`. */
export function parseOptions(args: readonly string[], now: Date): Options {
  const values = optionValues(args, options)
  const history = text('--history', values.history)
  const erase = text('--erase', values.erase)
  const { json, help, ...others } = values
  if ((history ?? erase) !== null && Object.keys(others).length > 1)
    throw new UsageError(
      `${history === null ? '--erase' : '--history'} goes with no other option${history === null ? '' : ' but --json'}.`,
    )
  if (erase !== null && json === true) throw new UsageError('--erase goes with no other option.')
  return {
    help: help === true,
    history,
    erase,
    format: one<Format>('--json and --csv', values.json, 'json', values.csv, 'csv') ?? 'table',
    search: {
      status: one('--landed and --registered', values.landed, 'landed', values.registered, 'registered'),
      awsAccountId: account(values.account),
      license: text('--license', values.license),
      reference: text('--reference', values.reference)?.toUpperCase() ?? null,
      since: values.since === undefined ? null : since(values.since, now),
      limit: limit(values.limit, values.json === true || values.csv === true ? highestLimit : usualLimit),
    },
  }
}

function one<T extends string>(both: string, first = false, a: T, second = false, b: T): T | null {
  if (first && second) throw new UsageError(`${both} exclude each other.`)
  return first ? a : second ? b : null
}

function text(name: string, value: string | undefined): string | null {
  if (value === '') throw new UsageError(`${name} is empty.`)
  return value?.trim() ?? null
}

function account(value: string | undefined): string | null {
  const digits = text('--account', value)?.replaceAll('-', '') ?? null
  if (digits !== null && !/^\d{12}$/.test(digits))
    throw new UsageError('--account must be the 12 digits of an AWS account.')
  return digits
}

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 }

function since(value: string, now: Date): Date {
  const [, amount = '', unit = ''] = /^(\d{1,6})([mhdw])$/.exec(value) ?? []
  const ms = units[unit]
  if (ms !== undefined) return new Date(now.getTime() - Number(amount) * ms)
  const [, day = '', time, zone = 'Z'] = /^(\d{4}-\d{2}-\d{2})(?:T([\d:.]+)(Z|[+-]\d{2}:\d{2})?)?$/.exec(value) ?? []
  const date = new Date(time === undefined ? day : `${day}T${time}${zone}`)
  // `Date` reads February 30 as March 2.
  const exists = !Number.isNaN(date.getTime()) && new Date(day).toISOString().startsWith(day)
  if (exists) return date
  throw new UsageError('--since must be a span such as 45m, 24h, 7d or 2w, or a date such as 2026-11-01 (UTC).')
}

function limit(value: string | undefined, usual: number): number {
  if (value === undefined) return usual
  const number = Number(value)
  if (/^\d{1,7}$/.test(value) && number >= 1 && number <= highestLimit) return number
  throw new UsageError(`--limit must be a whole number from 1 to ${String(highestLimit)}.`)
}
