import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { environment } from './environment.ts'
import { freePort } from './free-port.ts'

export type ServiceProcess = {
  readonly url: string
  readonly child: ChildProcess
  readonly output: () => string
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>
}

/** The real service as its own process, like a task. Killed when the test ends. */
export async function startService(env: Readonly<Record<string, string>>): Promise<ServiceProcess> {
  const port = await freePort()
  const service = run('src/main.ts', { HOST: '127.0.0.1', PORT: String(port), ...env })
  const url = `http://127.0.0.1:${String(port)}`
  await ready(url, service.ended)
  return { ...service, url }
}

/** Runs one of the project's programs with a valid environment and the given variables. */
export function run(program: string, env: Readonly<Record<string, string>>): Omit<ServiceProcess, 'url'> {
  const { PATH } = process.env
  const child = spawn(process.execPath, [program], {
    env: { PATH, AWS_EC2_METADATA_DISABLED: 'true', ...environment(env) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const written: string[] = []
  child.stdout.on('data', (text: Buffer) => written.push(text.toString()))
  child.stderr.on('data', (text: Buffer) => written.push(text.toString()))
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string)
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { child, ended, output: () => written.join('') }
}

async function ready(url: string, ended: Promise<unknown>): Promise<void> {
  const over = ended.then(() => {
    throw new Error('The service ended before it was ready')
  })
  for (let i = 0; i < 200; i += 1) {
    const ok = fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    )
    if (await Promise.race([ok, over])) return
    await pause(50)
  }
  throw new Error('The service did not get ready')
}
