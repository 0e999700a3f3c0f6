import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { CompiledQuery, QueryResult } from 'kysely'

type Ready = { readonly statement: StatementSync; readonly givesRows: boolean }

/** Getting a statement ready costs more than running it, so so many are kept. */
const statementsKept = 200

/** Runs Kysely's queries on one connection. Throws what SQLite throws. */
export function createRunner(db: DatabaseSync): (query: CompiledQuery) => QueryResult<never> {
  const kept = new Map<string, Ready>()

  function ready(text: string): Ready {
    const known = kept.get(text)
    if (known) return known
    const statement = db.prepare(text)
    const made = { statement, givesRows: statement.columns().length > 0 }
    const [oldest] = kept.keys()
    if (kept.size >= statementsKept && oldest !== undefined) kept.delete(oldest)
    kept.set(text, made)
    return made
  }

  return ({ sql, parameters }) => {
    const { statement, givesRows } = ready(sql)
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
