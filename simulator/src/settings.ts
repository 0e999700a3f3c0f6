import { parseArgs } from 'node:util'
import { defaultProduct, type ProductOptions } from './products.ts'

type Settings = {
  readonly host: string
  readonly port: number
  readonly landingUrl: string
  readonly products: readonly ProductOptions[]
  readonly eventsUrl?: string
  readonly activateAfterMs?: number
  readonly handoffUrl?: string
  readonly apiUrl?: string
  readonly quiet: boolean
  readonly help: boolean
  // Secrets come from the environment only: other users of a machine can read command lines.
  readonly webhookSecret?: string
  readonly handoffSecret?: string
  readonly apiSecret?: string
}

type Env = Readonly<Record<string, string | undefined>>

const options = {
  host: { type: 'string' },
  port: { type: 'string' },
  'landing-url': { type: 'string' },
  'product-code': { type: 'string', multiple: true },
  'events-url': { type: 'string' },
  'activate-after': { type: 'string' },
  'handoff-url': { type: 'string' },
  'api-url': { type: 'string' },
  quiet: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

export const help = `Usage: marketplace-simulator [options]          starts a simulated AWS Marketplace
       marketplace-simulator check [options]    checks a landing page; see check --help

  --port N                  port to listen on (4000)
  --host ADDRESS            address to listen on (127.0.0.1)
  --landing-url URL         where its buttons send buyers (http://localhost:3000/)
  --product-code CODE=TITLE a product on sale; the title is optional. For several products, repeat
                            the option or separate them with commas (${defaultProduct.code})
  --events-url URL          POSTs the events of purchases to this address, as EventBridge would
  --activate-after SECONDS  sends License Updated this long after each purchase
  --handoff-url URL         where "Your application" redeems handoff codes (/handoff of the landing URL)
  --api-url URL             the landing page's API, with which "Your application" marks buyers as
                            ready (/api of the landing URL)
  --quiet                   does not log the calls
  --help                    prints this text

Options can also come from the environment: PORT, HOST, LANDING_URL, PRODUCT_CODE, EVENTS_URL,
ACTIVATE_AFTER_SECONDS, HANDOFF_URL, API_URL, QUIET=1. The secrets of "Your application" come from
the environment only: WEBHOOK_SECRET, HANDOFF_SECRET, API_SECRET, the same as for the landing page.
`

/** Options take precedence over the environment. Throws an error with a one-line message. */
export function settings(args: readonly string[], env: Env): Settings {
  const { values } = parseArgs({ args: [...args], options })
  const activateAfter = values['activate-after'] ?? (env['ACTIVATE_AFTER_SECONDS'] || null)
  return {
    host: values.host ?? (env['HOST'] || '127.0.0.1'),
    port: portFrom(values.port ?? (env['PORT'] || '4000')),
    landingUrl: urlFrom(values['landing-url'] ?? (env['LANDING_URL'] || 'http://localhost:3000/'), 'LANDING_URL'),
    products: productsFrom(values['product-code'] ?? [env['PRODUCT_CODE'] ?? '']),
    ...optionalUrl('eventsUrl', values['events-url'] ?? env['EVENTS_URL'], 'EVENTS_URL'),
    ...optionalUrl('handoffUrl', values['handoff-url'] ?? env['HANDOFF_URL'], 'HANDOFF_URL'),
    ...optionalUrl('apiUrl', values['api-url'] ?? env['API_URL'], 'API_URL'),
    ...(activateAfter !== null && { activateAfterMs: secondsFrom(activateAfter) * 1000 }),
    quiet: values.quiet ?? env['QUIET'] === '1',
    help: values.help === true,
    ...(env['WEBHOOK_SECRET'] && { webhookSecret: env['WEBHOOK_SECRET'] }),
    ...(env['HANDOFF_SECRET'] && { handoffSecret: env['HANDOFF_SECRET'] }),
    ...(env['API_SECRET'] && { apiSecret: env['API_SECRET'] }),
  }
}

export function portFrom(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new Error(`PORT is "${text}"; it must be a whole number from 0 to 65535`)
}

export function urlFrom(text: string, name: string): string {
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return new URL(text).href
  throw new Error(`${name} is "${text}"; it must begin with http:// or https://`)
}

function optionalUrl<K extends string>(key: K, text: string | undefined, name: string): { readonly [P in K]?: string } {
  const url: { [P in K]?: string } = {}
  if (text) url[key] = urlFrom(text, name)
  return url
}

/** `CODE=Title`, `CODE` or several of them, separated by commas. */
function productsFrom(texts: readonly string[]): readonly ProductOptions[] {
  const parts = texts.flatMap((text) => text.split(',')).map((part) => part.trim())
  const products = parts
    .filter((part) => part !== '')
    .map((part): ProductOptions => {
      const [code = '', ...title] = part.split('=').map((side) => side.trim())
      if (code === '') throw new Error(`PRODUCT_CODE is "${part}"; it must be CODE or CODE=Title`)
      return title.length === 0 ? { code } : { code, title: title.join('=') }
    })
  const twice = products.find(({ code }, at) => products.findIndex((other) => other.code === code) !== at)
  if (twice !== undefined) throw new Error(`PRODUCT_CODE has "${twice.code}" twice`)
  return products
}

function secondsFrom(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text)
  throw new Error(`ACTIVATE_AFTER_SECONDS is "${text}"; it must be a whole number of seconds`)
}
