import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import type { CompiledQuery, QueryResult } from 'kysely'

/** Runs one of Kysely's queries. Throws what SQLite throws. */
export function run(db: DatabaseSync, { sql, parameters }: CompiledQuery): QueryResult<never> {
  const statement = db.prepare(sql)
  const values = parameters.map(inputValue)
  if (statement.columns().length === 0) return { rows: [], numAffectedRows: BigInt(statement.run(...values).changes) }
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- the query's own type says what it selects
  return { rows: statement.all(...values) as never[] }
}

function inputValue(value: unknown): SQLInputValue {
  if (value instanceof Date) return value.toISOString()
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  throw new TypeError(`a value of type ${typeof value} cannot be stored`)
}
