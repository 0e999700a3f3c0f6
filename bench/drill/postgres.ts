import { randomBytes } from 'node:crypto'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { freePort } from '../../test/support/free-port.ts'
import { embeddedPostgres } from '../../test/support/postgres.ts'
import type { Stage } from './stage.ts'

/** A real PostgreSQL, started by the drill itself. What it has acknowledged is on the disk: fsync is on. */
export type Postgres = {
  readonly start: () => Promise<void>
  /** As an administrator's fast shutdown: connections are ended, data stays. */
  readonly stop: () => Promise<void>
  /** A new database's URL. */
  readonly createDatabase: () => Promise<string>
  /** All that it has logged. */
  readonly log: () => string
}

export async function startPostgres(stage: Stage): Promise<Postgres> {
  const port = await freePort()
  const password = randomBytes(12).toString('hex')
  const log: string[] = []
  // PostgreSQL refuses to run as root: the package then runs it as a user of its own, who must reach its folder.
  chmodSync(stage.folder, 0o755)
  const EmbeddedPostgres = await embeddedPostgres()
  const server = new EmbeddedPostgres({
    databaseDir: join(stage.folder, 'postgres'),
    port,
    password,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8'],
    postgresFlags: ['listen_addresses=127.0.0.1', 'unix_socket_directories='].flatMap((flag) => ['-c', flag]),
    onLog: (message) => log.push(message),
    onError: (message) => log.push(String(message)),
  })
  const start = async (): Promise<void> => {
    await server.start().catch((error: unknown) => {
      throw new Error(`PostgreSQL did not start:\n${log.slice(-20).join('')}`, { cause: error })
    })
  }
  stage.atEnd(() => server.stop())
  await server.initialise()
  await start()
  const url = (name: string) => `postgres://postgres:${password}@127.0.0.1:${String(port)}/${name}`
  return {
    start,
    log: () => log.join(''),
    stop: () => server.stop(),
    createDatabase: async () => {
      const name = `drill${randomBytes(6).toString('hex')}`
      await query(url('postgres'), `create database ${name}`)
      return url(name)
    },
  }
}

/** One statement on a connection of its own. */
export async function query(url: string, text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text, values)).rows
  } finally {
    await client.end()
  }
}
