import { z } from 'zod'
import { isLoopback } from '../domain/loopback.ts'

/** The seller's console. */
export const consoleSettings = {
  CONSOLE_OPEN: z
    .string()
    .trim()
    .pipe(z.enum(['true', 'false'], { error: 'must be true or false' }))
    .default('false'),
} as const

/** `open`: without sign-in, on this machine only. */
export type ConsoleAccess = { readonly kind: 'open' }

type Section = { readonly console: ConsoleAccess | null }

export function consoleSection({ CONSOLE_OPEN }: z.infer<z.ZodObject<typeof consoleSettings>>): Section {
  /** Null where the console is off. */
  return { console: CONSOLE_OPEN === 'true' ? { kind: 'open' } : null }
}

const signInVariables = [
  'CONSOLE_OIDC_ISSUER',
  'CONSOLE_OIDC_CLIENT_ID',
  'CONSOLE_OIDC_CLIENT_SECRET',
  'CONSOLE_ALLOW',
] as const

export function consoleFaults(given: Readonly<Record<string, string>>): readonly string[] {
  if (given['CONSOLE_OPEN']?.trim() !== 'true') return []
  const set = signInVariables.filter((name) => given[name] !== undefined)
  if (set.length > 0) return [`CONSOLE_OPEN is true: remove it, or remove ${set.join(', ')}`]
  const url = URL.parse(given['PUBLIC_URL'] ?? '')
  if (url === null || isLoopback(url.hostname)) return []
  return [
    'CONSOLE_OPEN is accepted only where PUBLIC_URL is localhost, 127.0.0.1 or [::1]: remove it, and set up sign-in ' +
      '(docs/console.md)',
  ]
}
