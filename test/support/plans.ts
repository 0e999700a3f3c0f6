import { z } from 'zod'
import type { Postgres } from './postgres.ts'

/** A statement of PostgreSQL, and the largest number of rows that it read in one table. */
export type Reading = {
  readonly statement: string
  readonly rows: number
  /** The values by parameter name: `$1` and so on. */
  readonly values: Readonly<Record<string, string | null>>
}

/** Makes PostgreSQL log the plan of each statement, with the module auto_explain. */
export const explaining = [
  'session_preload_libraries=auto_explain',
  'auto_explain.log_min_duration=0',
  'auto_explain.log_analyze=on',
  'auto_explain.log_format=json',
]

type Node = z.infer<typeof nodeShape>
const nodeShape = z.object({
  'Relation Name': z.string().optional(),
  'Actual Rows': z.number(),
  'Actual Loops': z.number(),
  'Rows Removed by Filter': z.number().default(0),
  get Plans() {
    return z.array(nodeShape).default([])
  },
})
const entryShape = z.object({
  'Query Text': z.string(),
  'Query Parameters': z.string().default(''),
  Plan: nodeShape,
})

/** The statements since the log had this length. */
export function readingsSince(postgres: Postgres, length: number): readonly Reading[] {
  const entries = postgres
    .log()
    .slice(length)
    .split(/^(?=\d{4}-\d\d-\d\d )/m)
  return entries.flatMap((entry) => {
    const [, json] = / plan:\s+(\{[^]*)$/.exec(entry) ?? []
    if (json === undefined) return []
    const { 'Query Text': statement, 'Query Parameters': parameters, Plan: plan } = entryShape.parse(JSON.parse(json))
    return [
      {
        statement,
        rows: Math.max(...nodesOf(plan).map(rowsRead)),
        values: valuesIn(parameters),
      },
    ]
  })
}

/** From `$1 = 'landed', $2 = NULL`. */
function valuesIn(parameters: string): Readonly<Record<string, string | null>> {
  const all = parameters.matchAll(/(\$\d+) = (?:'((?:[^']|'')*)'|NULL)/g)
  return Object.fromEntries([...all].map(([, name = '', value = null]) => [name, value]))
}

function nodesOf(node: Node): readonly Node[] {
  return [node, ...node.Plans.flatMap(nodesOf)]
}

function rowsRead(node: Node): number {
  return (node['Actual Rows'] + node['Rows Removed by Filter']) * node['Actual Loops']
}
