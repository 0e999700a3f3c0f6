import { freePort } from '../../test/support/free-port.ts'
import { createDatabase, type Postgres } from '../../test/support/postgres.ts'
import { answering } from '../../test/support/program.ts'
import { probeFlags } from '../support/report.ts'
import { runOn, type Stage } from '../support/stage.ts'
import { startInstance, type Instance } from '../support/instance.ts'

/** A measured landing page, in its own process. */
type Subject = Pick<Instance, 'url' | 'pid' | 'output'> & { readonly name: string }

/** This version or, with `--against`, the checkout of another one. */
export type Version = { readonly suffix: string; readonly folder?: string }

/** The settings of all measurements of a run. */
export type Run = { readonly quick: boolean; readonly rounds: number; readonly versions: readonly Version[] }

/** Starts the baseline, `bare.ts`. */
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
  /** Default: SQLite. */
  readonly postgres?: Postgres
  readonly nodeFlags?: readonly string[]
}

/** Starts the app without a rate limit. Its log goes to a file. */
export async function startApp(
  stage: Stage,
  { marketplace, version, postgres, nodeFlags = [] }: AppOptions,
): Promise<Subject> {
  const { suffix, folder } = version
  const name = `${postgres ? 'postgres' : 'sqlite'}${suffix}`
  const databaseUrl = postgres && (await createDatabase(postgres.url))
  const instance = await startInstance(stage, {
    databaseUrl,
    marketplace,
    nodeFlags: [...probeFlags, ...nodeFlags],
    folder,
  })
  return { ...instance, name }
}
