import pg from 'pg'
import { expect, inject, it } from 'vitest'
import { ask, createDatabase } from '../support/postgres.ts'
import { run, startService } from '../support/service.ts'

/** A database and its owner as Amazon RDS makes them: the owner may create roles and is no superuser. */
async function rdsDatabase() {
  const superuser = inject('postgresUrl')
  const url = new URL(await createDatabase(superuser))
  const database = url.pathname.slice(1)
  const [owner, user] = [`owner_${database}`, `landing_${database}`]
  await ask(superuser, `create role ${owner} login createrole password 'rotated by RDS'`)
  await ask(superuser, `alter database ${database} owner to ${owner}`)
  Object.assign(url, { username: user, password: '' })
  const env = {
    DATABASE_URL: url.href,
    OWNER: JSON.stringify({ username: owner, password: 'rotated by RDS' }),
    PASSWORD: 'a password of the app',
  }
  return { env, user, url: url.href }
}

async function ensureUser(env: Readonly<Record<string, string>>) {
  const program = run('deploy/database-user.ts', env)
  return { exitCode: await program.ended, output: program.output() }
}

async function signIn(url: string, password: string): Promise<pg.Client> {
  const connectionString = Object.assign(new URL(url), { password: encodeURIComponent(password) }).href
  const client = new pg.Client({ connectionString })
  await client.connect()
  return client
}

it('database-user creates a user with which the app can create its tables and run', async () => {
  const { env, user, url } = await rdsDatabase()
  expect(await ensureUser(env)).toEqual({
    exitCode: 0,
    output: `The user ${user} was made, or has its new password.\n`,
  })
  const service = await startService({ DATABASE_URL: url, PGPASSWORD: env.PASSWORD })
  expect((await fetch(`${service.url}/readyz`)).status).toBe(200)
})

it('the created user does not have the owner’s permissions', async () => {
  const { env, url } = await rdsDatabase()
  await ensureUser(env)
  const client = await signIn(url, env.PASSWORD)
  for (const statement of ['create role another', 'create database another', 'drop schema public cascade'])
    await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' })
  await client.end()
})

it('database-user does not need the owner once the user can sign in', async () => {
  const { env, user } = await rdsDatabase()
  await ensureUser(env)
  const withoutOwner = { ...env, OWNER: JSON.stringify({ username: 'nobody', password: 'wrong' }) }
  expect(await ensureUser(withoutOwner)).toEqual({ exitCode: 0, output: `The user ${user} can sign in.\n` })
})

it('database-user sets a new password after the secret changed', async () => {
  const { env, url } = await rdsDatabase()
  await ensureUser(env)
  expect((await ensureUser({ ...env, PASSWORD: "another ' password \\ with % signs" })).exitCode).toBe(0)
  await (await signIn(url, "another ' password \\ with % signs")).end()
  await expect(signIn(url, env.PASSWORD)).rejects.toMatchObject({ code: '28P01' })
})

it('concurrent runs of database-user create one user', async () => {
  const { env, user, url } = await rdsDatabase()
  const results = await Promise.all([ensureUser(env), ensureUser(env), ensureUser(env)])
  expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0])
  await (await signIn(url, env.PASSWORD)).end()
  expect(await ask(inject('postgresUrl'), 'select from pg_roles where rolname = $1', [user])).toHaveLength(1)
})

it('database-user reports a failure without a password and exits with 1', async () => {
  const { env } = await rdsDatabase()
  const owner = JSON.stringify({ username: 'nobody', password: 'a wrong password' })
  const { exitCode, output } = await ensureUser({ ...env, OWNER: owner })
  expect(exitCode).toBe(1)
  expect(output).toContain('The database user cannot be made: ')
  expect(output).not.toContain('a wrong password')
  expect(output).not.toContain(env.PASSWORD)
})
