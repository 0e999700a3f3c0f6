import { resolve } from 'node:path'
import { isLoopback } from '../domain/loopback.ts'

export type DatabaseUrl =
  | { readonly engine: 'sqlite'; readonly path: string }
  | {
      readonly engine: 'postgres'
      readonly url: string
      /** True if a pooler in transaction mode is in front, so that a connection lasts for one transaction. */
      readonly pgbouncer?: boolean
    }

/** A relative SQLite path is relative to the project's folder, not to the working directory. */
const projectFolder = resolve(import.meta.dirname, '..', '..')

const sslModes = ['disable', 'no-verify', 'prefer', 'require', 'verify-ca', 'verify-full']
/** The query parameters that node-postgres reads, and the app's own `pgbouncer`. */
const used = [
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'sslnegotiation',
  'uselibpqcompat',
  'host',
  'application_name',
  'options',
  'pgbouncer',
]

type Problem = { readonly problem: string }

/** Parses a `DATABASE_URL`. The message contains the fix but nothing of the URL, because the URL contains a password. */
export function parseDatabaseUrl(text: string): DatabaseUrl | Problem {
  if (text.startsWith('sqlite:')) return sqlite(text.slice('sqlite:'.length))
  if (/^postgres(ql)?:\/\//.test(text)) return postgres(text)
  return { problem: 'must begin with sqlite: or postgres://' }
}

function sqlite(path: string): DatabaseUrl | Problem {
  if (path === '' || path === ':memory:' || path.includes('\0'))
    return { problem: 'must name a file after sqlite:, as in sqlite:data/landing.db' }
  if (path.includes('?'))
    return { problem: 'has a ? after the file, which has no meaning here: remove it and what follows' }
  return { engine: 'sqlite', path: resolve(projectFolder, path.replace(/^\/\/(?=\/)/, '')) }
}

function postgres(text: string): DatabaseUrl | Problem {
  const problem = hostsProblem(text) ?? urlProblem(URL.parse(text))
  if (problem !== null) return { problem }
  const url = new URL(text)
  const pgbouncer = url.searchParams.get('pgbouncer')
  if (pgbouncer === null) return { engine: 'postgres', url: text }
  // PostgreSQL would not accept it.
  url.searchParams.delete('pgbouncer')
  return { engine: 'postgres', url: url.href, pgbouncer: pgbouncer === 'true' }
}

/** True for several hosts, separated by commas. libpq tries them in order; node-postgres does not support them. */
function hostsProblem(text: string): string | null {
  const [, authority = ''] = /^[a-z]+:\/\/([^/?#]*)/.exec(text) ?? []
  if (!authority.slice(authority.lastIndexOf('@') + 1).includes(',')) return null
  return 'has several hosts: name one, such as the cluster’s writer endpoint or a proxy that follows the primary'
}

function urlProblem(url: URL | null): string | null {
  if (url === null)
    return 'is not a readable URL: percent-encode special characters in the password (@ as %40, / as %2F, # as %23)'
  const { hash, hostname, pathname, searchParams } = url
  if (hash !== '') return 'has a # in it: write it as %23 in the password'
  if (hostname === '' && !searchParams.has('host')) return 'must name a host: postgres://user:password@host/database'
  if (pathname.length < 2) return 'must name a database: postgres://user:password@host/database'
  return parameterProblem(searchParams) ?? tlsProblem(url)
}

function parameterProblem(parameters: URLSearchParams): string | null {
  if (parameters.has('schema'))
    return 'has schema=, which PostgreSQL does not know: remove it, and set the search_path of the database user instead'
  if ([...parameters.keys()].some((name) => !used.includes(name)))
    return `has a query parameter that is not used: remove all but ${used.join(', ')}`
  const pgbouncer = parameters.get('pgbouncer')
  return pgbouncer === null || ['true', 'false'].includes(pgbouncer)
    ? null
    : 'has another pgbouncer than true and false: use pgbouncer=true or remove it'
}

function tlsProblem(url: URL): string | null {
  const mode = url.searchParams.get('sslmode')
  if (mode !== null && !sslModes.includes(mode)) return `has an unknown sslmode: use one of ${sslModes.join(', ')}`
  if (mode !== null || isLocal(url)) return null
  return (
    'needs sslmode for a host that is not this machine: add ?sslmode=verify-full&sslrootcert=/path/to/ca.pem, or ' +
    '?sslmode=disable where nobody else is on the network'
  )
}

/** True for a loopback host, or for a socket in `host` or in the URL itself. */
function isLocal({ hostname, searchParams }: URL): boolean {
  const host = searchParams.get('host') ?? hostname
  return host.startsWith('/') || isLoopback(host.toLowerCase())
}
