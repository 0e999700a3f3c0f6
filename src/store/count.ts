import { sql } from 'kysely'

export const all = sql`count(*)`.as('n')

type Counting = { readonly executeTakeFirstOrThrow: () => Promise<{ readonly n: unknown }> }

/** The result of a query that selects `all`. */
export async function count(query: Counting): Promise<number> {
  const { n } = await query.executeTakeFirstOrThrow()
  return Number(n)
}
