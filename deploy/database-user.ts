import { Client, DatabaseError } from 'pg'
import { z } from 'zod'

/*
 * Creates the app's own database user, so that the app never has the rights of the database's owner. ECS runs this before each
 * start of the app (deploy/app.yaml). Another run changes nothing, unless the user's password has changed.
 */

/** `DATABASE_URL` contains the user without a password. `OWNER` is the owner's secret from RDS. */
const settings = z.object({
  DATABASE_URL: z.url(),
  PASSWORD: z.string().min(1),
  OWNER: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(z.object({ username: z.string(), password: z.string() })),
})

const connectTimeoutMs = 10_000
/** PostgreSQL's codes for a user that does not exist and for a wrong password. */
const refused = ['28000', '28P01']

/**
 * Passes the name and the password as parameters of the transaction, because PostgreSQL may log the text of a statement. The
 * lock makes instances that start together wait for each other.
 */
const parameters = `select pg_advisory_xact_lock(hashtext('database-user')),
  set_config('landing.name', $1, true), set_config('landing.password', $2, true)`
const makeUser = `do $$
declare
  name text := current_setting('landing.name');
begin
  if not exists (select from pg_roles where rolname = name) then
    execute format('create role %I login', name);
  end if;
  execute format('alter role %I password %L', name, current_setting('landing.password'));
  execute format('grant connect on database %I to %I', current_database(), name);
  execute format('grant usage, create on schema public to %I', name);
end $$`

async function ensureUser(env: unknown): Promise<string> {
  const { DATABASE_URL, PASSWORD: password, OWNER: owner } = settings.parse(env)
  const name = decodeURIComponent(new URL(DATABASE_URL).username)
  if (await canSignIn(clientFor(DATABASE_URL, { username: name, password }))) return `The user ${name} can sign in.`
  const client = clientFor(DATABASE_URL, owner)
  await client.connect()
  try {
    await client.query('begin')
    await client.query(parameters, [name, password])
    await client.query(makeUser)
    await client.query('commit')
  } finally {
    await client.end()
  }
  return `The user ${name} was made, or has its new password.`
}

function clientFor(address: string, user: { readonly username: string; readonly password: string }): Client {
  const url = new URL(address)
  url.username = encodeURIComponent(user.username)
  url.password = encodeURIComponent(user.password)
  return new Client({ connectionString: url.href, connectionTimeoutMillis: connectTimeoutMs })
}

async function canSignIn(client: Client): Promise<boolean> {
  try {
    await client.connect()
    return true
  } catch (error) {
    if (error instanceof DatabaseError && refused.includes(error.code ?? '')) return false
    throw error
  } finally {
    await client.end().catch(() => undefined)
  }
}

ensureUser(process.env).then(
  (text) => process.stdout.write(`${text}\n`),
  (error: unknown) => {
    process.stderr.write(`The database user cannot be made: ${String(error)}\n`)
    process.exitCode = 1
  },
)
