import { z } from 'zod'
import { parseDatabaseUrl } from './database-url.ts'
import { optionalText, wholeNumber } from './fields.ts'

/** Where registrations are stored. */
export const databaseSettings = {
  DATABASE_URL: optionalText.default('sqlite:data/landing.db').transform((url, context) => {
    const database = parseDatabaseUrl(url)
    if (!('problem' in database)) return database
    context.addIssue({ code: 'custom', message: database.problem })
    return z.NEVER
  }),
  DATABASE_POOL_SIZE: wholeNumber(10, 1, 100),
} as const

export function database(env: z.infer<z.ZodObject<typeof databaseSettings>>) {
  return { database: env.DATABASE_URL, poolSize: env.DATABASE_POOL_SIZE }
}
