import { expressionBuilder, type Expression, type SqlBool } from 'kysely'
import type { Database } from './database.ts'
import type { Tables } from './schema.ts'

/** Not sent and not given up. */
export function isPending(): Expression<SqlBool> {
  const row = expressionBuilder<Tables, 'deliveries'>()
  return row.and([row('done_at', 'is', null), row('dead_at', 'is', null)])
}

/** No instance is sending the delivery. */
export function isFree(fromNow: Database['fromNow']): Expression<SqlBool> {
  const row = expressionBuilder<Tables, 'deliveries'>()
  return row.or([row('lease_until', 'is', null), row('lease_until', '<', fromNow(0))])
}

type Ends = { readonly done_at: unknown; readonly dead_at: unknown }

export function stateOf({ done_at: doneAt, dead_at: deadAt }: Ends): 'sent' | 'dead' | 'pending' {
  if (doneAt !== null) return 'sent'
  return deadAt === null ? 'pending' : 'dead'
}
