import { join } from 'node:path'
import type { Market } from '../drill/market.ts'
import type { Postgres } from '../drill/postgres.ts'
import { freePort } from '../../test/support/free-port.ts'
import { answering, run } from '../drill/program.ts'
import type { Stage } from '../drill/stage.ts'
import { startTask, type TaskOptions } from '../drill/task.ts'

/** A landing page under measurement, in a process of its own. */
export type Subject = { readonly name: string; readonly url: string; readonly pid: number }

/** The baseline of `bare.ts`. */
export async function startBare(stage: Stage, marketplace: string): Promise<Subject> {
  const port = await freePort()
  const url = `http://127.0.0.1:${String(port)}`
  const env = {
    PORT: String(port),
    AWS_ENDPOINT_URL_MARKETPLACE_METERING: marketplace,
    AWS_ACCESS_KEY_ID: 'simulated',
    AWS_SECRET_ACCESS_KEY: 'simulated',
  }
  const program = run(stage, { args: ['bench/speed/bare.ts'], env, log: 'bare.log' })
  await answering(program, `${url}/readyz`)
  return { name: 'bare', url, pid: program.child.pid ?? 0 }
}

/** Ours with everything on, but the rate limit; its log goes to a file. */
export async function startSqlite(stage: Stage, marketplace: string): Promise<Subject> {
  return startOurs(stage, 'sqlite', { marketplace, databaseUrl: `sqlite:${join(stage.folder, 'landing.db')}` })
}

export async function startOnPostgres(stage: Stage, marketplace: string, postgres: Postgres): Promise<Subject> {
  return startOurs(stage, 'postgres', { marketplace, databaseUrl: await postgres.createDatabase() })
}

async function startOurs(stage: Stage, name: string, options: TaskOptions): Promise<Subject> {
  const env = { PUBLIC_URL: 'http://localhost:3000', TRUST_PROXY_HOPS: '0' }
  const task = await startTask(stage, { ...options, env })
  return { name, url: task.url, pid: task.pid() }
}

export type Servers = { readonly stage: Stage; readonly market: Market; readonly postgres: Postgres }
