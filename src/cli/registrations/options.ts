import { subscriptionStates, type SubscriptionState } from '../../domain/subscription-state.ts'
import { parseReadyInput } from '../../domain/ready-input.ts'
import type { Search } from '../../store/search.ts'
import { optionValues, UsageError } from '../usage-error.ts'

type Format = 'table' | 'json' | 'csv'
export type Options = {
  readonly help: boolean
  readonly format: Format
  readonly search: Omit<Search, 'productCodes'>
  /** Lists only registrations of the product with this key. */
  readonly product: string | null
  /** Shows the history of the registration with this reference instead. */
  readonly history: string | null
  /** Marks the access of this registration as ready instead. */
  readonly ready: ReadyOptions | null
  /** Erases the contact details of the registration with this reference instead. */
  readonly erase: string | null
  /** Lists agreements without a registration instead. */
  readonly unregistered: boolean
}

export type ReadyOptions = {
  readonly reference: string
  /** Undefined keeps the stored value, null clears it. */
  readonly url: string | null | undefined
  readonly message: string | null | undefined
  readonly repeatMail: boolean
}

const tableLimit = 100
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
  state: { type: 'string' },
  limit: { type: 'string' },
  product: { type: 'string' },
  waiting: { type: 'boolean' },
  unregistered: { type: 'boolean' },
  history: { type: 'string' },
  ready: { type: 'string' },
  url: { type: 'string' },
  message: { type: 'string' },
  notify: { type: 'boolean' },
  erase: { type: 'string' },
} as const

const readyOptions = ['url', 'message', 'notify'] as const

/** Options that do not list registrations, and the options that they can be combined with. */
const companions: Readonly<Record<string, readonly string[]>> = {
  history: ['json'],
  ready: readyOptions,
  erase: [],
  unregistered: ['json', 'limit'],
}

export const help = `npm run -s registrations -- [options]

Lists registrations, newest first, from the database of DATABASE_URL.

  --product KEY      only of this product of the products file
  --landed           only buyers who came from AWS Marketplace and have not sent the form
  --registered       only buyers who have sent the form
  --account ID       of one AWS account (12 digits)
  --license ARN      of one license: its ARN, or the end of it
  --reference REF    the one with this reference, which the buyer's last page shows
  --since WHEN       first landed since: 45m, 24h, 7d, or a date such as 2026-11-01 (UTC)
  --state STATE      with a subscription in this state: ${subscriptionStates.slice(0, -1).join(', ')} or ended
  --waiting          only buyers whose access is not marked as ready and whose subscription has not ended, the longest waiting first
  --limit N          at most this many; the default is ${String(tableLimit)} for a table, all for JSON and CSV
  --json, --csv      every column, for machines or a spreadsheet
  --unregistered     instead: agreements that are paid for and whose buyer never landed; with --json, --limit
  --history REF      instead: what happened to this registration, in order, who did it, and what changed; with --json
  --ready REF        mark the access of this buyer as ready: notifies the webhook and mails the buyer. With --url URL,
                     where the buyer starts, and --message TEXT, plain text for the buyer. Again: changes both, and
                     mails the buyer with --notify. An empty URL or TEXT removes it. Needs the whole configuration
  --erase REF        remove its contact details from the registration, its events and messages not delivered yet. The
                     row stays, with its AWS account and license. Does not ask for confirmation; cannot be undone
  --help             this text
`

/** Parses the options. Throws a `UsageError`. */
export function parseOptions(args: readonly string[], now: Date): Options {
  const values = optionValues(args, options)
  checkCompanions(Object.keys(values))
  const ready = reference('--ready', values.ready)
  return {
    help: values.help === true,
    history: reference('--history', values.history),
    ready: ready === null ? null : { reference: ready, ...readyInput(values), repeatMail: values.notify === true },
    erase: reference('--erase', values.erase),
    product: text('--product', values.product),
    unregistered: values.unregistered === true,
    format: one<Format>('--json and --csv', values.json, 'json', values.csv, 'csv') ?? 'table',
    search: {
      status: one('--landed and --registered', values.landed, 'landed', values.registered, 'registered'),
      awsAccountId: account(values.account),
      license: text('--license', values.license),
      reference: reference('--reference', values.reference),
      since: values.since === undefined ? null : since(values.since, now),
      state: values.state === undefined ? null : state(values.state),
      access: values.waiting === true ? 'waiting' : null,
      limit: limit(values.limit, values.json === true || values.csv === true ? highestLimit : tableLimit),
    },
  }
}

function checkCompanions(given: readonly string[]): void {
  const without = readyOptions.find((name) => given.includes(name) && !given.includes('ready'))
  if (without !== undefined) throw new UsageError(`--${without} needs --ready REFERENCE.`)
  for (const name of given) {
    const allowed = companions[name]
    if (allowed === undefined || given.every((other) => [name, 'help', ...allowed].includes(other))) continue
    const rest = allowed.map((other) => `--${other}`).join(', ')
    throw new UsageError(`--${name} cannot be combined with other options${rest === '' ? '' : ` except ${rest}`}.`)
  }
}

/** Throws a `UsageError` for an invalid link or message, and for one without `--ready`. */
function readyInput({ url, message }: { readonly url?: string; readonly message?: string }) {
  const input = parseReadyInput({ url, message })
  if ('field' in input) throw new UsageError(`--${input.text}.`)
  return input
}

function one<T extends string>(both: string, first = false, a: T, second = false, b: T): T | null {
  if (first && second) throw new UsageError(`${both} cannot be combined.`)
  return first ? a : second ? b : null
}

function text(name: string, value: string | undefined): string | null {
  if (value === '') throw new UsageError(`${name} is empty.`)
  return value?.trim() ?? null
}

function reference(name: string, value: string | undefined): string | null {
  return text(name, value)?.toUpperCase() ?? null
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
  // `Date` parses February 30 as March 2.
  const exists = !Number.isNaN(date.getTime()) && new Date(day).toISOString().startsWith(day)
  if (exists) return date
  throw new UsageError('--since must be a span such as 45m, 24h, 7d or 2w, or a date such as 2026-11-01 (UTC).')
}

function state(value: string): SubscriptionState {
  const known = subscriptionStates.find((name) => name === value)
  if (known !== undefined) return known
  throw new UsageError(`--state must be one of ${subscriptionStates.join(', ')}.`)
}

function limit(value: string | undefined, fallback: number): number {
  if (value === undefined) return fallback
  const number = Number(value)
  if (/^\d{1,7}$/.test(value) && number >= 1 && number <= highestLimit) return number
  throw new UsageError(`--limit must be a whole number from 1 to ${String(highestLimit)}.`)
}
