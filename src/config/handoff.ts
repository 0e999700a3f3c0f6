import type { z } from 'zod'
import { optionalText, together, without } from './fields.ts'
import { bearerSecretList } from './secrets.ts'
import { urlFault } from './urls.ts'

/** Where the last page leads, into the seller's application. */
export const handoffSettings = {
  HANDOFF_URL: optionalText.superRefine(without(handoffFault)).optional(),
  HANDOFF_SECRET: bearerSecretList('').optional(),
} as const

export function handoff({ HANDOFF_URL, HANDOFF_SECRET = [] }: z.infer<z.ZodObject<typeof handoffSettings>>) {
  /** Null where there is none. */
  return { handoff: HANDOFF_URL === undefined ? null : { url: HANDOFF_URL, secrets: HANDOFF_SECRET } }
}

export function handoffFaults(given: Readonly<Record<string, string>>): readonly string[] {
  return together(given, 'HANDOFF_URL', 'HANDOFF_SECRET')
}

export function handoffFault(address: string): string | null {
  const fault = urlFault(address, ['path', 'query'])
  if (fault !== null) return fault
  return new URL(address).searchParams.has('code')
    ? 'has the query parameter code: rename it, the app adds its own'
    : null
}
