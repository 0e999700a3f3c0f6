import { join } from 'node:path'
import { environment } from '../../test/support/environment.ts'
import { freePort } from '../../test/support/free-port.ts'
import { answering, type Program } from '../../test/support/program.ts'
import { runOn, type Stage } from './stage.ts'

/** One task of the service: a process at a port of its own, which it keeps through restarts. */
export type Task = {
  readonly url: string
  readonly port: number
  readonly databaseUrl: string
  /** Resolves when it is ready. */
  readonly start: () => Promise<void>
  /** `SIGKILL` ends it without a word, `SIGTERM` as a deployment does. Resolves with the exit code or the signal. */
  readonly end: (signal: 'SIGKILL' | 'SIGTERM') => Promise<number | string>
  readonly pid: () => number
  /** What it wrote, but its log. */
  readonly output: () => string
  /** Ends that nobody asked for, with what it wrote last. */
  readonly crashes: readonly string[]
}

export type TaskOptions = {
  /** The address of the simulated AWS Marketplace. */
  readonly marketplace: string
  /** Else it is SQLite, in the stage's folder. */
  readonly databaseUrl?: string | undefined
  readonly env?: Readonly<Record<string, string>>
  readonly nodeFlags?: readonly string[]
  /** Pauses between the attempts of a delivery, other than usual. */
  readonly retryScheduleMs?: readonly number[]
  /** Another checkout of this project. */
  readonly folder?: string | undefined
}

/** Behind a load balancer, and without a limit on how often one address may land. */
export async function startTask(stage: Stage, options: TaskOptions): Promise<Task> {
  const { marketplace, env = {}, nodeFlags = [], retryScheduleMs, folder } = options
  const port = await freePort()
  const { databaseUrl = `sqlite:${join(stage.folder, `${String(port)}.db`)}` } = options
  const url = `http://127.0.0.1:${String(port)}`
  const program = retryScheduleMs ? ['drills/impatient.ts', ...retryScheduleMs.map(String)] : ['src/main.ts']
  const variables = environment({
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: 'https://register.example.com',
    TRUST_PROXY_HOPS: '1',
    DATABASE_URL: databaseUrl,
    AWS_ACCESS_KEY_ID: 'simulated',
    AWS_SECRET_ACCESS_KEY: 'simulated',
    AWS_ENDPOINT_URL_MARKETPLACE_METERING: marketplace,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    ...env,
  })
  const crashes: string[] = []
  let asked = false
  const start = async (): Promise<Program> => {
    asked = false
    const started = runOn(stage, {
      args: [...nodeFlags, ...program],
      env: variables,
      logFile: join(stage.folder, `task-${String(port)}.log`),
      ...(folder === undefined ? {} : { folder }),
    })
    void started.ended.then((how) => {
      if (!asked) crashes.push(`${String(how)}: ${started.output().slice(-2_000)}`)
    })
    await answering(started, `${url}/readyz`)
    return started
  }
  let running = await start()
  stage.atEnd(() => (asked = true))
  return {
    url,
    port,
    databaseUrl,
    start: async () => {
      running = await start()
    },
    end: (signal) => {
      asked = true
      running.child.kill(signal)
      return running.ended
    },
    pid: () => running.child.pid ?? 0,
    output: () => running.output(),
    crashes,
  }
}
