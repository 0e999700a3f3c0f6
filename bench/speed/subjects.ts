import { freePort } from '../../test/support/free-port.ts'
import { createDatabase, type Postgres } from '../../test/support/postgres.ts'
import { answering } from '../../test/support/program.ts'
import { probeFlags } from '../support/report.ts'
import { runOn, type Stage } from '../support/stage.ts'
import { startTask, type Task } from '../support/task.ts'

/** A landing page under measurement, in a process of its own. */
export type Subject = Pick<Task, 'url' | 'pid' | 'output'> & { readonly name: string }

/** The version here and, with `--against`, the checkout of another. */
export type Version = { readonly suffix: string; readonly folder?: string }

/** What all measurements of a run have in common. */
export type Run = { readonly quick: boolean; readonly rounds: number; readonly versions: readonly Version[] }

/** The baseline of `bare.ts`. */
export async function startBare(stage: Stage, marketplace: string): Promise<Subject> {
  const port = String(await freePort())
  const url = `http://127.0.0.1:${port}`
  const env = {
    PORT: port,
    AWS_ENDPOINT_URL_MARKETPLACE_METERING: marketplace,
    AWS_ACCESS_KEY_ID: 'simulated',
    AWS_SECRET_ACCESS_KEY: 'simulated',
  }
  const program = runOn(stage, { args: [...probeFlags, 'bench/speed/bare.ts'], env })
  await answering(program, `${url}/readyz`)
  return { name: 'bare', url, output: program.output, pid: () => program.child.pid ?? 0 }
}

type AppOptions = {
  readonly marketplace: string
  readonly version: Version
  /** Else it is SQLite. */
  readonly postgres?: Postgres
  readonly nodeFlags?: readonly string[]
}

/** The app with everything on but the rate limit; its log goes to a file. */
export async function startApp(
  stage: Stage,
  { marketplace, version, postgres, nodeFlags = [] }: AppOptions,
): Promise<Subject> {
  const { suffix, folder } = version
  const name = `${postgres ? 'postgres' : 'sqlite'}${suffix}`
  const databaseUrl = postgres && (await createDatabase(postgres.url))
  const task = await startTask(stage, { databaseUrl, marketplace, nodeFlags: [...probeFlags, ...nodeFlags], folder })
  return { ...task, name }
}
