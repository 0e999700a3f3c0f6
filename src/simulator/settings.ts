import { parseArgs } from 'node:util'
import { defaultProductCode } from './product-code.ts'

export type Settings = {
  readonly host: string
  readonly port: number
  readonly landingUrl: string
  readonly productCode: string
  readonly quiet: boolean
  readonly help: boolean
}

const options = {
  host: { type: 'string' },
  port: { type: 'string' },
  'landing-url': { type: 'string' },
  'product-code': { type: 'string' },
  quiet: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

export const help = `npm run simulator -- [options]

  --port N             where it listens (4000)
  --host ADDRESS       on which address (127.0.0.1)
  --landing-url URL    where its buttons send buyers (http://localhost:3000/)
  --product-code CODE  what ResolveCustomer names (${defaultProductCode})
  --quiet              no line for each call
`

/** Flags come before the environment. Throws an error whose message is one line for the person who typed them. */
export function settings(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Settings {
  const { values } = parseArgs({ args: [...args], options })
  return {
    host: values.host ?? (env['HOST'] || '127.0.0.1'),
    port: portFrom(values.port ?? (env['PORT'] || '4000')),
    landingUrl: landingUrlFrom(values['landing-url'] ?? (env['LANDING_URL'] || 'http://localhost:3000/')),
    productCode: values['product-code'] ?? (env['PRODUCT_CODE'] || defaultProductCode),
    quiet: values.quiet ?? env['QUIET'] === '1',
    help: values.help === true,
  }
}

function portFrom(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new Error(`PORT is "${text}"; it must be a whole number from 0 to 65535`)
}

function landingUrlFrom(text: string): string {
  const url = URL.parse(text)
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.href
  throw new Error(`LANDING_URL is "${text}"; it must begin with http:// or https://`)
}
