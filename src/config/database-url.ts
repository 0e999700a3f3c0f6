import { resolve } from 'node:path'
import { loopback } from './fields.ts'

export type DatabaseUrl =
  | { readonly engine: 'sqlite'; readonly path: string }
  | {
      readonly engine: 'postgres'
      readonly url: string
      /** A pooler in transaction mode stands in front: a connection lasts for one transaction. */
      readonly pgbouncer?: boolean
    }

/** A relative SQLite path is meant from the project's folder, wherever the process was started. */
const projectFolder = resolve(import.meta.dirname, '..', '..')

const sslModes = ['disable', 'no-verify', 'prefer', 'require', 'verify-ca', 'verify-full']

/** Reads a `DATABASE_URL`. The problem is a sentence with its hint that repeats nothing of the URL, for it holds a password. */
export function parseDatabaseUrl(text: string): DatabaseUrl | { readonly problem: string } {
  if (text.startsWith('sqlite:')) return sqlite(text.slice('sqlite:'.length))
  if (/^postgres(ql)?:\/\//.test(text)) return postgres(text)
  return { problem: 'must begin with sqlite: or postgres://' }
}

function sqlite(path: string): ReturnType<typeof parseDatabaseUrl> {
  if (path === '' || path === ':memory:' || path.includes('?') || path.includes('\0')) {
    return { problem: 'must name a file after sqlite:, as in sqlite:data/landing.db' }
  }
  return { engine: 'sqlite', path: resolve(projectFolder, path.replace(/^\/\/(?=\/)/, '')) }
}

function postgres(text: string): ReturnType<typeof parseDatabaseUrl> {
  const url = URL.parse(text)
  if (!url) {
    return {
      problem:
        'is not a readable URL: percent-encode special characters in the password (@ as %40, / as %2F, # as %23)',
    }
  }
  if (url.hash !== '') return { problem: 'has a # in it: write it as %23 in the password' }
  if (url.hostname === '' && !url.searchParams.has('host'))
    return { problem: 'must name a host: postgres://user:password@host/database' }
  if (url.pathname.length < 2) return { problem: 'must name a database: postgres://user:password@host/database' }
  const sslMode = url.searchParams.get('sslmode')
  if (sslMode === null && !isLocal(url))
    return {
      problem:
        'must say sslmode for a host that is not this machine: add ?sslmode=verify-full&sslrootcert=/path/to/ca.pem, or ' +
        '?sslmode=disable where nobody else is on the network',
    }
  if (sslMode !== null && !sslModes.includes(sslMode))
    return { problem: `has an unknown sslmode: use one of ${sslModes.join(', ')}` }
  const pgbouncer = url.searchParams.get('pgbouncer')
  if (pgbouncer === null) return { engine: 'postgres', url: text }
  if (!['true', 'false'].includes(pgbouncer)) return { problem: 'must say pgbouncer=true or pgbouncer=false' }
  // PostgreSQL would not know it.
  url.searchParams.delete('pgbouncer')
  return { engine: 'postgres', url: url.href, pgbouncer: pgbouncer === 'true' }
}

/** By loopback or by a socket, as `host` or in place of it. */
function isLocal({ hostname, searchParams }: URL): boolean {
  const host = searchParams.get('host') ?? hostname
  return host.startsWith('/') || loopback.test(host)
}
