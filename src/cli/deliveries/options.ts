import { optionValues, UsageError } from '../usage-error.ts'

export type Action =
  | { readonly do: 'list'; readonly state: 'pending' | 'dead' | null }
  | { readonly do: 'retry'; readonly id: string }
  | { readonly do: 'resend'; readonly reference: string }
  | { readonly do: 'test' }

export type Options = { readonly help: boolean; readonly json: boolean; readonly action: Action }

export const help = `npm run -s deliveries -- [options]

Lists the notifications to the seller and the buyer, newest first, from the database of DATABASE_URL: the last hundred, or
all of them with --json.

  --pending         only those that wait for their first or next attempt
  --failed          only dead ones: given up after the last attempt, or refused by the receiver
  --retry ID        send this one now, with the whole schedule of attempts again; \`all\` for everything pending or dead
  --resend REF      send the last event of this registration again, to each receiver that is configured
  --test            send the webhook an event of type \`test\`, and a mail to each address of NOTIFY_EMAIL
  --json            every field, for machines
  --help            this text

The running app sends what is due, within about a second. --resend and --test need its whole configuration.
`

const options = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  pending: { type: 'boolean' },
  failed: { type: 'boolean' },
  retry: { type: 'string' },
  resend: { type: 'string' },
  test: { type: 'boolean' },
} as const

/** Parses the options. Throws a `UsageError`. */
export function parseOptions(args: readonly string[]): Options {
  const { help = false, json = false, pending, failed, retry, resend, test } = optionValues(args, options)
  const actions: Action[] = [
    ...(pending === true ? [{ do: 'list', state: 'pending' } as const] : []),
    ...(failed === true ? [{ do: 'list', state: 'dead' } as const] : []),
    ...(retry === undefined ? [] : [{ do: 'retry', id: filled('--retry', retry) } as const]),
    ...(resend === undefined ? [] : [{ do: 'resend', reference: filled('--resend', resend).toUpperCase() } as const]),
    ...(test === true ? [{ do: 'test' } as const] : []),
  ]
  if (actions.length > 1) throw new UsageError('--pending, --failed, --retry, --resend and --test cannot be combined.')
  return { help, json, action: actions[0] ?? { do: 'list', state: null } }
}

function filled(name: string, value: string): string {
  if (value.trim() === '') throw new UsageError(`${name} is empty.`)
  return value.trim()
}
