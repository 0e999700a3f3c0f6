import { SelectQueryNode, type Compilable } from 'kysely'
import type { Run } from './engine.ts'

export type Statement = {
  readonly sql: string
  readonly parameters: readonly unknown[]
  readonly reads: boolean
  /** The same for the same text: PostgreSQL then plans it once a connection. Null for what runs once. */
  readonly name: string | null
}

export type Prepared<Parameters, Row> = (
  run: Run,
  parameters: Parameters,
) => Promise<{ readonly rows: readonly Row[]; readonly affected: number }>

/** Stands where a value will be. */
type Placeholder = { readonly placeholder: string }

/**
 * Builds a query once and runs it with new values: building costs as much as SQLite takes to run it.
 * `build` may only hand its parameters on as values; it must not look at them.
 */
export function prepare<Parameters extends object, Row>(
  build: (parameters: Parameters) => Compilable<Row>,
): Prepared<Parameters, Row> {
  const placeholders = new Proxy({}, { get: (_, name): Placeholder => ({ placeholder: String(name) }) })
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- the queries take a placeholder for any value
  const built = statement(build(placeholders as Parameters))
  const name = nameOf(built.sql)
  const slots = built.parameters.map((value) =>
    isPlaceholder(value) ? (given: Parameters): unknown => Reflect.get(given, value.placeholder) : (): unknown => value,
  )
  return async (run, given) => {
    const { rows, affected } = await run({ ...built, name, parameters: slots.map((slot) => slot(given)) })
    // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- the query's own type says what it selects
    return { rows: rows as readonly Row[], affected }
  }
}

/** A query that runs once. */
export function statement(query: Compilable): Statement {
  const { sql, parameters, query: node } = query.compile()
  return { sql, parameters, reads: SelectQueryNode.is(node), name: null }
}

const names = new Map<string, string>()

function nameOf(sql: string): string {
  const name = names.get(sql) ?? `landing-${String(names.size + 1)}`
  names.set(sql, name)
  return name
}

function isPlaceholder(value: unknown): value is Placeholder {
  return typeof value === 'object' && value !== null && 'placeholder' in value
}
