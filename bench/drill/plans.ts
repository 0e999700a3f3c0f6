import { setTimeout as pause } from 'node:timers/promises'
import { query, type Postgres } from './postgres.ts'

export type Plan = {
  readonly statement: string
  /** How it reads our tables, as PostgreSQL last did. */
  readonly nodes: readonly string[]
}

/** Has PostgreSQL itself say how it carries out what the work asks, by its module auto_explain. */
export async function plansOf(server: Postgres, url: string, work: () => Promise<void>): Promise<readonly Plan[]> {
  const database = new URL(url).pathname.slice(1)
  await query(url, `alter database ${database} set session_preload_libraries = 'auto_explain'`)
  await query(url, `alter database ${database} set auto_explain.log_min_duration = 0`)
  const before = server.log().length
  await work()
  await pause(500)
  await query(url, `alter database ${database} reset all`)

  const plans = new Map<string, readonly string[]>()
  for (const entry of server
    .log()
    .slice(before)
    .split(/^(?=\d{4}-\d\d-\d\d )/m)) {
    const [, statement, plan] = /plan:\n\tQuery Text: (.*)\n([^]*)$/.exec(entry) ?? []
    const nodes = [
      ...(plan ?? '').matchAll(/(\w+(?: \w+)* Scan (?:using \w+ )?on (?:registrations|tokens|sessions)\w*)/g),
    ]
    if (statement !== undefined && nodes.length > 0)
      plans.set(statement, [...new Set(nodes.map(([, node = '']) => node))])
  }
  return [...plans].map(([statement, nodes]) => ({ statement: shortened(statement), nodes }))
}

function shortened(statement: string): string {
  const text = statement.replaceAll('"', '').replace(/(select|returning) registrations\.id, .*?( from|$)/g, '$1 …$2')
  return text.length > 150 ? `${text.slice(0, 150)}…` : text
}
