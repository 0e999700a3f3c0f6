import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

export type Program = {
  readonly child: ChildProcess
  /** Its output, except what goes to a file. */
  readonly output: () => string
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>
}

export type ProgramOptions = {
  readonly command?: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string | undefined>>
  /** The folder; default: this project. */
  readonly folder?: string
  /** The file that its standard output goes to. */
  readonly logFile?: string
}

const project = join(import.meta.dirname, '../..')

/** Runs a program as a process with its own environment. The caller ends it. */
export function startProgram(options: ProgramOptions): Program {
  const { command = process.execPath, args, env = {}, folder = project, logFile } = options
  const { PATH } = process.env
  const child = spawn(command, args, {
    cwd: folder,
    env: { PATH, AWS_EC2_METADATA_DISABLED: 'true', ...env },
    stdio: ['ignore', logFile === undefined ? 'pipe' : openSync(logFile, 'a'), 'pipe'],
  })
  const written: string[] = []
  child.stdout?.on('data', (text: Buffer) => written.push(text.toString()))
  child.stderr?.on('data', (text: Buffer) => written.push(text.toString()))
  const ended = once(child, 'close').then(
    ([code, signal]) => (code ?? signal) as number | string,
    (error: unknown) => String(error),
  )
  return { child, ended, output: () => written.join('') }
}

/** Waits until the URL returns 200. Rejects if the program ends first or takes longer than 20 seconds. */
export async function answering({ ended, output }: Program, url: string): Promise<void> {
  const over = ended.then((how) => {
    throw new Error(`ended with ${String(how)} before it was ready: ${output().slice(-2_000)}`)
  })
  const deadline = performance.now() + 20_000
  while (performance.now() < deadline) {
    const ok = fetch(url).then(
      async (answer) => {
        await answer.body?.cancel()
        return answer.ok
      },
      () => false,
    )
    if (await Promise.race([ok, over])) return
    await Promise.race([pause(10), over])
  }
  throw new Error(`${url} does not answer: ${output().slice(-2_000)}`)
}
