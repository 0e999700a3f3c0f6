import { z } from 'zod'
import { contrast } from './contrast.ts'
import { marketplaceRegions } from '../aws/regions.ts'
import { parseDatabaseUrl } from './database-url.ts'

const missing = (hint: string) => ({ error: `is missing: ${hint}` })

const text = (hint: string) => z.string(missing(hint)).trim()

const wholeNumber = (fallback: number, min: number, max: number) =>
  z
    .string()
    .default(String(fallback))
    .refine((digits) => /^\d{1,9}$/.test(digits) && Number(digits) >= min && Number(digits) <= max, {
      error: `must be a whole number from ${String(min)} to ${String(max)}`,
    })
    .transform(Number)

const webAddress = (hint: string) =>
  text(hint).refine((url) => /^https?:$/.test(parsed(url)?.protocol ?? ''), {
    error: 'must be a whole web address that starts with https://',
  })

const list = (hint: string) =>
  text(hint)
    .transform((items) => items.split(',').map((item) => item.trim()))
    .refine((items) => items.every((item) => item !== ''), { error: 'has an empty entry between two commas' })

const loopback = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/** Every variable of ours, with what it accepts. The README's table and `.env.example` name the same ones. */
export const settings = z.object({
  PUBLIC_URL: text('set it to the origin that buyers see, e.g. https://register.example.com').superRefine(
    (address, context) => {
      const url = parsed(address)
      const fault = (message: string) => {
        context.addIssue({ code: 'custom', message })
      }
      if (url === null || !/^https?:$/.test(url.protocol))
        fault('must be an origin such as https://register.example.com')
      else if (
        url.pathname !== '/' ||
        url.search !== '' ||
        url.hash !== '' ||
        url.username !== '' ||
        url.password !== ''
      )
        fault(`must be an origin alone, without path, query or user: ${url.origin}`)
      else if (url.protocol === 'http:' && !loopback.test(url.hostname))
        fault('must begin with https://; plain http is accepted for localhost only, for cookies would not be safe')
    },
  ),
  SESSION_SECRET: list('set it to at least 32 random characters, e.g. from: openssl rand -base64 48').refine(
    (secrets) => secrets.every((secret) => secret.length >= 32),
    { error: 'needs at least 32 characters in each secret; make one with: openssl rand -base64 48' },
  ),
  PRODUCT_CODES: list(
    'set it to the product code that AWS Marketplace shows for your listing; several with commas between',
  ),
  PRODUCT_NAME: text('set it to the name of your product as buyers know it'),
  SELLER_NAME: text('set it to the name of your company as buyers know it'),
  SUPPORT_EMAIL: text('')
    .regex(/^[^\s@]+@[^\s@]+$/, { error: 'must be an e-mail address' })
    .optional(),
  SUPPORT_URL: webAddress('').optional(),
  SIGN_IN_URL: webAddress('set it to the address where customers who already have an account log in'),
  LISTING_URL: webAddress('').optional(),
  PRIVACY_URL: webAddress('').optional(),
  TERMS_URL: webAddress('').optional(),
  LOGO_URL: z
    .union([z.string().regex(/^\/assets\/(?!.*\.\.)[\w./-]+$/), webAddress('')], {
      error: 'must be a web address, or /assets/NAME for a file that you put into public/',
    })
    .optional(),
  ACCENT_COLOR: text('')
    .regex(/^#[0-9a-f]{6}$/i, { error: 'must be a color such as #1a5fb4', abort: true })
    .refine((color) => contrast(color, '#ffffff') >= 4.5, {
      error: 'is too light to be read on the page (below 4.5:1 against white); choose a darker shade',
    })
    .optional(),
  ACCESS_WITHIN_HOURS: wholeNumber(24, 1, 720),
  HOST: text('').default('0.0.0.0'),
  PORT: wholeNumber(3000, 0, 65_535),
  METRICS_PORT: wholeNumber(0, 0, 65_535),
  DATABASE_URL: text('')
    .default('sqlite:data/landing.db')
    .transform((url, context) => {
      const database = parseDatabaseUrl(url)
      if (!('problem' in database)) return database
      context.addIssue({ code: 'custom', message: database.problem })
      return z.NEVER
    }),
  MARKETPLACE_REGION: text('')
    .default('us-east-1')
    .refine((region) => marketplaceRegions.includes(region), {
      error: ({ input }) =>
        `${String(input)} does not offer ResolveCustomer; use us-east-1 unless your product is integrated elsewhere`,
    }),
  MARKETPLACE_ROLE_ARN: text('')
    .regex(/^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, {
      error: 'must be a role ARN such as arn:aws:iam::111122223333:role/NAME',
    })
    .optional(),
  MARKETPLACE_ROLE_EXTERNAL_ID: text('').optional(),
  MARKETPLACE_DEADLINE_MS: wholeNumber(8000, 100, 60_000),
  SESSION_MINUTES: wholeNumber(60, 1, 24 * 60),
  TRUST_PROXY_HOPS: wholeNumber(1, 0, 10),
  ALB_IDLE_TIMEOUT_SECONDS: wholeNumber(60, 1, 4000),
  DRAIN_SECONDS: wholeNumber(10, 0, 3600),
  RATE_LIMIT_PER_MINUTE: wholeNumber(30, 0, 1_000_000),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'must be one of fatal, error, warn, info, debug, trace, silent',
    })
    .default('info'),
})

export type Config = ReturnType<typeof shape>
export type Branding = Config['branding']

/** Thrown by `parseConfig`. Each fault is one line: the variable's name, what is wrong and the hint; never its value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(faults.join('\n'))
    this.faults = faults
  }
}

/** Reads the whole configuration from the environment. Throws a `ConfigError` that names every fault at once. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  )
  const result = settings.safeParse(given, { reportInput: true })
  const faults = [
    ...(result.error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`),
    ...faultsBetween(given),
  ]
  if (!result.success || faults.length > 0) throw new ConfigError(faults)
  return Object.freeze(shape(result.data))
}

function faultsBetween(given: Readonly<Record<string, string | undefined>>): readonly string[] {
  const { SUPPORT_EMAIL, SUPPORT_URL, MARKETPLACE_ROLE_ARN, MARKETPLACE_ROLE_EXTERNAL_ID } = given
  const { PORT = '3000', METRICS_PORT = '0' } = given
  return [
    ...(METRICS_PORT === PORT && PORT !== '0'
      ? ['METRICS_PORT is the same as PORT: choose another, for metrics must not be public']
      : []),
    ...(SUPPORT_EMAIL === undefined && SUPPORT_URL === undefined
      ? ['SUPPORT_EMAIL is missing: set it or SUPPORT_URL; AWS requires a support contact on the page']
      : []),
    ...(MARKETPLACE_ROLE_EXTERNAL_ID !== undefined && MARKETPLACE_ROLE_ARN === undefined
      ? ['MARKETPLACE_ROLE_EXTERNAL_ID is set without MARKETPLACE_ROLE_ARN: set the role too, or remove it']
      : []),
  ]
}

function shape(env: z.infer<typeof settings>) {
  const origin = new URL(env.PUBLIC_URL).origin
  return {
    origin,
    /** Buyers come over https: secure cookies, HSTS. */
    secure: origin.startsWith('https:'),
    productCodes: env.PRODUCT_CODES,
    host: env.HOST,
    port: env.PORT,
    /** Where Prometheus finds the metrics; 0 is nowhere. */
    metricsPort: env.METRICS_PORT,
    database: env.DATABASE_URL,
    logLevel: env.LOG_LEVEL,
    trustProxyHops: env.TRUST_PROXY_HOPS,
    albIdleTimeoutMs: env.ALB_IDLE_TIMEOUT_SECONDS * 1000,
    drainMs: env.DRAIN_SECONDS * 1000,
    /** Landing POSTs a minute for each client address; 0 is no limit. */
    rateLimitPerMinute: env.RATE_LIMIT_PER_MINUTE,
    session: { secrets: env.SESSION_SECRET, minutes: env.SESSION_MINUTES },
    marketplace: {
      region: env.MARKETPLACE_REGION,
      deadlineMs: env.MARKETPLACE_DEADLINE_MS,
      role:
        env.MARKETPLACE_ROLE_ARN === undefined
          ? null
          : { arn: env.MARKETPLACE_ROLE_ARN, externalId: env.MARKETPLACE_ROLE_EXTERNAL_ID ?? null },
    },
    branding: {
      productName: env.PRODUCT_NAME,
      sellerName: env.SELLER_NAME,
      supportEmail: env.SUPPORT_EMAIL ?? null,
      supportUrl: env.SUPPORT_URL ?? null,
      signInUrl: env.SIGN_IN_URL,
      listingUrl: env.LISTING_URL ?? null,
      privacyUrl: env.PRIVACY_URL ?? null,
      termsUrl: env.TERMS_URL ?? null,
      logoUrl: env.LOGO_URL ?? null,
      /** When at the latest a registered buyer hears from the seller. */
      accessWithinHours: env.ACCESS_WITHIN_HOURS,
      /** `#rrggbb`, at least 4.5:1 against white. */
      accentColor: env.ACCENT_COLOR ?? null,
    },
  }
}

function parsed(address: string): URL | null {
  return URL.canParse(address) ? new URL(address) : null
}
