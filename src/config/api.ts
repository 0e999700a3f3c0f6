import type { z } from 'zod'
import { bearerSecretList } from './secrets.ts'

/** The seller's API; off without a secret. */
export const apiSettings = {
  API_SECRET: bearerSecretList('').optional(),
} as const

export function api({ API_SECRET = [] }: z.infer<z.ZodObject<typeof apiSettings>>) {
  /** Empty if the API is off. */
  return { apiSecrets: API_SECRET }
}
