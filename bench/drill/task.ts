import { freePort } from '../../test/support/free-port.ts'
import { answering, run, type Program } from './program.ts'
import type { Stage } from './stage.ts'

/** One task of the service: a process at a port of its own, which it keeps through restarts. */
export type Task = {
  readonly url: string
  readonly port: number
  /** Resolves when it is ready. */
  readonly start: () => Promise<void>
  /** Ends it at once, without a word. */
  readonly kill: () => Promise<void>
  /** As a deployment does: SIGTERM, and the exit code. */
  readonly stop: () => Promise<string>
  readonly signal: (name: NodeJS.Signals) => void
  readonly pid: () => number
  /** Ends that nobody asked for, with what it wrote last. */
  readonly crashes: () => readonly string[]
  readonly complaints: () => string
}

export type TaskOptions = {
  readonly databaseUrl: string
  readonly marketplace: string
  readonly env?: Readonly<Record<string, string>>
  readonly nodeFlags?: readonly string[]
}

export const publicUrl = 'https://register.example.com'

export async function startTask(stage: Stage, options: TaskOptions): Promise<Task> {
  const port = await freePort()
  const url = `http://127.0.0.1:${String(port)}`
  const crashes: string[] = []
  let program: Program | null = null
  let asked = false

  const current = (): Program => {
    if (!program) throw new Error('the task was not started')
    return program
  }
  const end = async (name: NodeJS.Signals): Promise<string> => {
    asked = true
    current().child.kill(name)
    return current().ended
  }
  const task: Task = {
    url,
    port,
    start: async () => {
      asked = false
      const started = run(stage, {
        args: [...(options.nodeFlags ?? []), 'src/main.ts'],
        env: environment(port, options),
        log: `task-${String(port)}.log`,
      })
      program = started
      void started.ended.then((how) => {
        if (!asked) crashes.push(`${how}: ${started.complaints().slice(-2_000)}`)
      })
      await answering(started, `${url}/readyz`)
    },
    kill: async () => {
      await end('SIGKILL')
    },
    stop: () => end('SIGTERM'),
    signal: (name) => current().child.kill(name),
    pid: () => current().child.pid ?? 0,
    crashes: () => crashes,
    complaints: () => current().complaints(),
  }
  stage.atEnd(() => {
    asked = true
  })
  await task.start()
  return task
}

function environment(port: number, { databaseUrl, marketplace, env = {} }: TaskOptions): Record<string, string> {
  return {
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: publicUrl,
    TRUST_PROXY_HOPS: '1',
    RATE_LIMIT_PER_MINUTE: '0',
    SESSION_SECRET: 'only-for-drills-only-for-drills-only-for-drills',
    PRODUCT_CODES: productCode,
    PRODUCT_NAME: 'Example Analytics',
    SELLER_NAME: 'Example Corp',
    SUPPORT_EMAIL: 'support@example.com',
    SIGN_IN_URL: 'https://example.com/log-in',
    DATABASE_URL: databaseUrl,
    AWS_ACCESS_KEY_ID: 'simulated',
    AWS_SECRET_ACCESS_KEY: 'simulated',
    AWS_ENDPOINT_URL_MARKETPLACE_METERING: marketplace,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    ...env,
  }
}

export const productCode = 'examplecode000000000000000'
