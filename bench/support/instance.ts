import { join } from 'node:path'
import { environment } from '../../test/support/environment.ts'
import { freePort } from '../../test/support/free-port.ts'
import { answering, type Program } from '../../test/support/program.ts'
import { runOn, type Stage } from './stage.ts'

/** One instance of the app: a process whose port stays the same through restarts. */
export type Instance = {
  readonly url: string
  readonly port: number
  readonly databaseUrl: string
  /** Resolves when the instance is ready. */
  readonly start: () => Promise<void>
  /** `SIGTERM` ends it as a deployment does. Resolves with the exit code or the signal. */
  readonly end: (signal: 'SIGKILL' | 'SIGTERM') => Promise<number | string>
  readonly pid: () => number
  /** Its output without its log. */
  readonly output: () => string
  /** Unexpected ends, with the last output. */
  readonly crashes: readonly string[]
}

export type InstanceOptions = {
  /** The address of the simulated AWS Marketplace. */
  readonly marketplace: string
  /** Default: a SQLite file in the stage's folder. */
  readonly databaseUrl?: string | undefined
  readonly env?: Readonly<Record<string, string>>
  readonly nodeFlags?: readonly string[]
  /** Replaces the pauses between delivery attempts. */
  readonly retryScheduleMs?: readonly number[]
  /** The checkout to run; default: this one. */
  readonly folder?: string | undefined
}

/** Starts an instance that is configured for a load balancer and without a rate limit. */
export async function startInstance(stage: Stage, options: InstanceOptions): Promise<Instance> {
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
  let endExpected = false
  const start = async (): Promise<Program> => {
    endExpected = false
    const started = runOn(stage, {
      args: [...nodeFlags, ...program],
      env: variables,
      logFile: join(stage.folder, `instance-${String(port)}.log`),
      ...(folder === undefined ? {} : { folder }),
    })
    void started.ended.then((how) => {
      if (!endExpected) crashes.push(`${String(how)}: ${started.output().slice(-2_000)}`)
    })
    await answering(started, `${url}/readyz`)
    return started
  }
  let running = await start()
  stage.atEnd(() => (endExpected = true))
  return {
    url,
    port,
    databaseUrl,
    start: async () => {
      running = await start()
    },
    end: (signal) => {
      endExpected = true
      running.child.kill(signal)
      return running.ended
    },
    pid: () => running.child.pid ?? 0,
    output: () => running.output(),
    crashes,
  }
}
