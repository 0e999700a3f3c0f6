import { z } from 'zod'
import { lowerCase, type ConsoleAllow } from '../domain/console-allow.ts'
import { isLoopback } from '../domain/loopback.ts'
import { list, optionalText, without } from './fields.ts'
import { urlError } from './urls.ts'

const allowed = /^(?:[^\s@"<>()*]+)?@[^\s@"<>()*]+$/

/** The seller's console. */
export const consoleSettings = {
  CONSOLE_OIDC_ISSUER: optionalText.superRefine(without(issuerError)).optional(),
  CONSOLE_OIDC_CLIENT_ID: optionalText.optional(),
  CONSOLE_OIDC_CLIENT_SECRET: optionalText.optional(),
  CONSOLE_ALLOW: list('')
    .superRefine((entries, context) => {
      const message = allowError(entries)
      if (message !== null) context.addIssue({ code: 'custom', message })
    })
    .transform((entries): ConsoleAllow => (entries.includes('*') ? 'everybody' : entries.map(lowerCase)))
    .optional(),
  CONSOLE_OPEN: z
    .string()
    .trim()
    .pipe(z.enum(['true', 'false'], { error: 'must be true or false' }))
    .default('false'),
} as const

/** `open`: without sign-in, for this machine only. */
type ConsoleAccess = { readonly kind: 'open' } | OidcAccess

type OidcAccess = {
  readonly kind: 'oidc'
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly allow: ConsoleAllow
}

type Section = { readonly console: ConsoleAccess | null }

/** `console` is null if the console is off. */
export function consoleSection(env: z.infer<z.ZodObject<typeof consoleSettings>>): Section {
  if (env.CONSOLE_OPEN === 'true') return { console: { kind: 'open' } }
  const { CONSOLE_OIDC_ISSUER: issuer, CONSOLE_OIDC_CLIENT_ID: clientId = '' } = env
  const { CONSOLE_OIDC_CLIENT_SECRET: clientSecret = '', CONSOLE_ALLOW: allow = [] } = env
  return { console: issuer === undefined ? null : { kind: 'oidc', issuer, clientId, clientSecret, allow } }
}

function issuerError(address: string): string | null {
  if (address.includes('/.well-known/'))
    return 'is the address of the discovery document: remove it from /.well-known/ on'
  // Anybody can create an account there with any email address.
  if (/^https:\/\/login\.microsoftonline\.com\/(?:common|organizations|consumers)(?:\/|$)/.test(address))
    return 'is shared by all tenants of Microsoft: use the one with the id of your tenant'
  return urlError(address, ['path'])
}

function allowError(entries: readonly string[]): string | null {
  if (entries.includes('*'))
    return entries.length === 1 ? null : 'has * beside other entries: * admits everybody, remove it or the others'
  if (entries.every((entry) => allowed.test(entry))) return null
  return 'must be mail addresses and @domains with commas between, or * alone'
}

const signInVariables = [
  'CONSOLE_OIDC_ISSUER',
  'CONSOLE_OIDC_CLIENT_ID',
  'CONSOLE_OIDC_CLIENT_SECRET',
  'CONSOLE_ALLOW',
] as const

export function consoleErrors(given: Readonly<Record<string, string>>): readonly string[] {
  const set = signInVariables.filter((name) => given[name] !== undefined)
  if (given['CONSOLE_OPEN']?.trim() === 'true') return openErrors(given, set)
  if (set.length === 0) return []
  const missing = signInVariables.filter((name) => given[name] === undefined)
  return missing.map((name) => `${name} is missing: set it, or remove ${set.join(', ')}`)
}

function openErrors(given: Readonly<Record<string, string>>, set: readonly string[]): readonly string[] {
  if (set.length > 0) return [`CONSOLE_OPEN is true: remove it, or remove ${set.join(', ')}`]
  const url = URL.parse(given['PUBLIC_URL'] ?? '')
  if (url === null || isLoopback(url.hostname)) return []
  return [
    'CONSOLE_OPEN is accepted only where PUBLIC_URL is localhost, 127.0.0.1 or [::1]: remove it, and set up sign-in ' +
      '(docs/console.md)',
  ]
}
