import { optionValues, UsageError } from '../usage-error.ts'

export type Action =
  | { readonly do: 'list'; readonly state: 'pending' | 'dead' | null }
  | { readonly do: 'retry'; readonly id: string }
  | { readonly do: 'resend'; readonly reference: string }
  | { readonly do: 'test' }

export type Options = { readonly help: boolean; readonly json: boolean; readonly action: Action }

export const help = `npm run -s deliveries -- [options]

What the seller and the buyer were told, the newest first, from the database of DATABASE_URL: the last hundred, all with --json.

  --pending         only what waits for its first or next attempt
  --failed          only what is dead: given up after the last attempt, or refused by the receiver
  --retry ID        try this one now, and again by the whole schedule; \`all\` is everything that waits or is dead
  --resend REF      tell the last event of this registration again, to each receiver that is configured
  --test            send the webhook an event of type \`test\`, and each of NOTIFY_EMAIL a mail
  --json            every field, for machines
  --help            this text

The running app sends what is due, within a second. --resend and --test need its whole configuration.
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
  const asked: Action[] = [
    ...(pending === true ? [{ do: 'list', state: 'pending' } as const] : []),
    ...(failed === true ? [{ do: 'list', state: 'dead' } as const] : []),
    ...(retry === undefined ? [] : [{ do: 'retry', id: filled('--retry', retry) } as const]),
    ...(resend === undefined ? [] : [{ do: 'resend', reference: filled('--resend', resend).toUpperCase() } as const]),
    ...(test === true ? [{ do: 'test' } as const] : []),
  ]
  if (asked.length > 1) throw new UsageError('--pending, --failed, --retry, --resend and --test exclude each other.')
  return { help, json, action: asked[0] ?? { do: 'list', state: null } }
}

function filled(name: string, value: string): string {
  if (value.trim() === '') throw new UsageError(`${name} is empty.`)
  return value.trim()
}
