import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { CompiledQuery, QueryResult } from 'kysely'

/** More than the texts of all queries of the service. */
const mostKept = 200

/** Runs Kysely's queries on one connection. Preparing costs more than running, so statements are kept. Throws what SQLite throws. */
export function createRun(db: DatabaseSync): (query: CompiledQuery) => QueryResult<never> {
  const kept = new Map<string, { readonly statement: StatementSync; readonly givesRows: boolean }>()

  function prepared(sql: string) {
    const known = kept.get(sql)
    if (known !== undefined) return known
    const statement = db.prepare(sql)
    const made = { statement, givesRows: statement.columns().length > 0 }
    if (kept.size >= mostKept) kept.clear()
    kept.set(sql, made)
    return made
  }

  return ({ sql, parameters }) => {
    const { statement, givesRows } = prepared(sql)
    const values = parameters.map(inputValue)
    if (!givesRows) return { rows: [], numAffectedRows: BigInt(statement.run(...values).changes) }
    // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- the query's own type says what it selects
    return { rows: statement.all(...values) as never[] }
  }
}

function inputValue(value: unknown): SQLInputValue {
  if (value instanceof Date) return value.toISOString()
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  throw new TypeError(`a value of type ${typeof value} cannot be stored`)
}
