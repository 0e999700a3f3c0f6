import type { z } from 'zod'
import type { Product } from '../domain/product.ts'
import { optionalText, together, without } from './fields.ts'
import { bearerSecretList } from './secrets.ts'
import { urlError } from './urls.ts'

/** The handoff into the seller's application. */
export const handoffSettings = {
  HANDOFF_URL: optionalText.superRefine(without(handoffError)).optional(),
  HANDOFF_SECRET: bearerSecretList('').optional(),
} as const

export function handoff({ HANDOFF_SECRET = [] }: z.infer<z.ZodObject<typeof handoffSettings>>) {
  /** The secrets that may redeem codes. Empty if no product has a handoff. */
  return { handoffSecrets: HANDOFF_SECRET }
}

export function handoffErrors(
  given: Readonly<Record<string, string>>,
  products: readonly Pick<Product, 'handoffUrl'>[],
): readonly string[] {
  if (!products.some(({ handoffUrl }) => handoffUrl !== null)) return together(given, 'HANDOFF_URL', 'HANDOFF_SECRET')
  return given['HANDOFF_SECRET'] === undefined ? ['HANDOFF_SECRET is missing: set it, or remove HANDOFF_URL'] : []
}

function handoffError(address: string): string | null {
  const error = urlError(address, ['path', 'query'])
  if (error !== null) return error
  return new URL(address).searchParams.has('code')
    ? 'has the query parameter code: rename it, the app adds its own'
    : null
}
