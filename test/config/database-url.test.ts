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
  ])('%s names the file %s', (url, path) => {
    expect(parseDatabaseUrl(url)).toEqual({ engine: 'sqlite', path })
  })

  it.each([
    'postgres://user:pass@db.example.com:5432/landing?sslmode=require',
    'postgres://user:pass@127.0.0.1/landing',
    'postgres://user:pass@[::1]/landing',
    'postgresql://user:p%40ss@db.example.com/landing?sslmode=verify-full&sslrootcert=/etc/rds.pem',
    'postgres:///landing?host=/var/run/postgresql',
  ])('%s is PostgreSQL', (url) => {
    expect(parseDatabaseUrl(url)).toEqual({ engine: 'postgres', url })
  })

  it('says that a pooler stands in front, and PostgreSQL does not hear of it', () => {
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
    ['postgres://user:geheim@db.example.com/db', 'must say sslmode'],
    ['postgres://user:geheim@localhost/db?host=db.example.com', 'must say sslmode'],
    ['postgres://user:geheim@localhost/db?pgbouncer=heim', 'pgbouncer=true'],
  ])('%s is refused with its hint and without what it says', (url, problem) => {
    const parsed = parseDatabaseUrl(url)
    expect(parsed).toHaveProperty('problem', expect.stringContaining(problem))
    expect(JSON.stringify(parsed)).not.toContain('heim')
  })
})
