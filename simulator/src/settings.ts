import { parseArgs } from 'node:util'
import { defaultProductCode } from './products.ts'

export type Settings = {
  readonly host: string
  readonly port: number
  readonly landingUrl: string
  readonly productCode: string
  readonly eventsUrl?: string
  readonly activateAfterMs?: number
  readonly quiet: boolean
  readonly help: boolean
  // Secrets come from the environment alone: a command line is there for all to read.
  readonly webhookSecret?: string
  readonly continueSecret?: string
}

const options = {
  host: { type: 'string' },
  port: { type: 'string' },
  'landing-url': { type: 'string' },
  'product-code': { type: 'string' },
  'events-url': { type: 'string' },
  'activate-after': { type: 'string' },
  quiet: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

export const help = `Usage: marketplace-simulator [options]          a simulated AWS Marketplace
       marketplace-simulator check [options]    checks a landing page against it; see check --help

  --port N             where it listens (4000)
  --host ADDRESS       on which address (127.0.0.1)
  --landing-url URL    where its buttons send buyers (http://localhost:3000/)
  --events-url URL     where it POSTs the events of purchases, as EventBridge would
  --activate-after S   sends License Updated so many seconds after each purchase, without anybody asking
  --product-code CODE  what ResolveCustomer names (${defaultProductCode})
  --quiet              no line for each call

Each can also come from the environment: PORT, HOST, LANDING_URL, EVENTS_URL,
ACTIVATE_AFTER_SECONDS, PRODUCT_CODE, QUIET=1.
`

/** Flags come before the environment. Throws an error whose message is one line for the person who typed them. */
export function settings(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Settings {
  const { values } = parseArgs({ args: [...args], options })
  const activateAfter = values['activate-after'] ?? (env['ACTIVATE_AFTER_SECONDS'] || null)
  const eventsUrl = values['events-url'] ?? (env['EVENTS_URL'] || null)
  return {
    host: values.host ?? (env['HOST'] || '127.0.0.1'),
    port: portFrom(values.port ?? (env['PORT'] || '4000')),
    landingUrl: urlFrom(values['landing-url'] ?? (env['LANDING_URL'] || 'http://localhost:3000/'), 'LANDING_URL'),
    ...(eventsUrl !== null && { eventsUrl: urlFrom(eventsUrl, 'EVENTS_URL') }),
    ...(activateAfter !== null && { activateAfterMs: secondsFrom(activateAfter) * 1000 }),
    productCode: values['product-code'] ?? (env['PRODUCT_CODE'] || defaultProductCode),
    quiet: values.quiet ?? env['QUIET'] === '1',
    help: values.help === true,
    ...(env['WEBHOOK_SECRET'] && { webhookSecret: env['WEBHOOK_SECRET'] }),
    ...(env['HANDOFF_SECRET'] && { continueSecret: env['HANDOFF_SECRET'] }),
  }
}

export function portFrom(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new Error(`PORT is "${text}"; it must be a whole number from 0 to 65535`)
}

function secondsFrom(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text)
  throw new Error(`ACTIVATE_AFTER_SECONDS is "${text}"; it must be a whole number of seconds`)
}

export function urlFrom(text: string, name: string): string {
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return new URL(text).href
  throw new Error(`${name} is "${text}"; it must begin with http:// or https://`)
}
