import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseDatabaseUrl } from '../../src/config/database-url.ts'

const project = resolve(import.meta.dirname, '..', '..')

describe('DATABASE_URL', () => {
  it.each([
    ['sqlite:data/landing.db', resolve(project, 'data/landing.db')],
    ['sqlite:/var/lib/landing.db', '/var/lib/landing.db'],
    ['sqlite:///var/lib/landing.db', '/var/lib/landing.db'],
    ['sqlite:../with space.db', resolve(project, '../with space.db')],
  ])('reads the DATABASE_URL %s as the file %s', (url, path) => {
    expect(parseDatabaseUrl(url)).toEqual({ engine: 'sqlite', path })
  })

  it.each([
    'postgres://user:pass@db.example.com:5432/landing?sslmode=require',
    'postgres://user:pass@127.0.0.1/landing',
    'postgres://user:pass@[::1]/landing',
    'postgres://user:p,ss@localhost/landing?application_name=landing&options=-csearch_path%3Dlanding',
    'postgresql://user:p%40ss@db.example.com/landing?sslmode=verify-full&sslrootcert=/etc/rds.pem',
    'postgres:///landing?host=/var/run/postgresql',
  ])('reads the DATABASE_URL %s as PostgreSQL', (url) => {
    expect(parseDatabaseUrl(url)).toEqual({ engine: 'postgres', url })
  })

  it('removes pgbouncer=true from the URL for node-postgres', () => {
    expect(parseDatabaseUrl('postgres://u:p%40@localhost/db?pgbouncer=true&sslmode=disable')).toEqual({
      engine: 'postgres',
      url: 'postgres://u:p%40@localhost/db?sslmode=disable',
      pgbouncer: true,
    })
  })

  it.each([
    ['', 'must begin with'],
    ['mysql://user:geheim@host/db', 'must begin with'],
    ['sqlite:', 'must name a file'],
    ['sqlite::memory:', 'must name a file'],
    ['postgres://user:ge#heim@host/db', 'percent-encode'],
    ['postgres://user:geheim@host/db#x', '%23'],
    ['postgres://user:geheim@host', 'must name a database'],
    ['postgres://user:geheim@host/', 'must name a database'],
    ['postgres:///landing', 'must name a host'],
    ['postgres://user:geheim@host/db?sslmode=geheim', 'unknown sslmode'],
    ['postgres://user:geheim@db.example.com/db', 'needs sslmode'],
    ['postgres://user:geheim@localhost/db?host=db.example.com', 'needs sslmode'],
    ['postgres://user:geheim@db.localhost/db', 'needs sslmode'],
    ['postgres://user:geheim@localhost/db?pgbouncer=heim', 'pgbouncer=true'],
    ['postgres://user:ge,heim@one,two:5432/db?sslmode=require', 'several hosts'],
    ['postgres://user:geheim@one:5432,two:5432/db', 'several hosts'],
    ['postgres://user:geheim@localhost/db?schema=heim', 'search_path'],
    ['postgres://user:geheim@localhost/db?connection_limit=5', 'not used'],
    ['postgres://user:12?heim@localhost/db', 'must name a database'],
    ['sqlite:data/geheim.db?mode=ro', 'has a ?'],
  ])('rejects the DATABASE_URL %s with the fix and without repeating it', (url, problem) => {
    const parsed = parseDatabaseUrl(url)
    expect(parsed).toHaveProperty('problem', expect.stringContaining(problem))
    expect(JSON.stringify(parsed)).not.toContain('heim')
  })
})
