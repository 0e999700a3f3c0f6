import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Stage } from './stage.ts'

export type Program = {
  readonly child: ChildProcess
  /** What it wrote to its error output, the last of it. */
  readonly complaints: () => string
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<string>
}

export type ProgramOptions = {
  readonly command?: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Where its output goes, in the stage's folder. */
  readonly log: string
}

const root = join(import.meta.dirname, '../..')
const keptComplaints = 20_000

/** Runs a program of the project, or another command, until it ends or the stage is closed. */
export function run(stage: Stage, { command = process.execPath, args, env = {}, log }: ProgramOptions): Program {
  const { PATH } = process.env
  const child = spawn(command, args, {
    cwd: root,
    env: { PATH, AWS_EC2_METADATA_DISABLED: 'true', ...env },
    stdio: ['ignore', openSync(join(stage.folder, log), 'a'), 'pipe'],
  })
  let complaints = ''
  child.stderr?.on('data', (text: Buffer) => {
    complaints = (complaints + text.toString()).slice(-keptComplaints)
  })
  const ended = once(child, 'close').then(
    ([code, signal]) => String(code ?? signal),
    (error: unknown) => String(error),
  )
  stage.atEnd(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { child, ended, complaints: () => complaints }
}

/** Waits until the address answers 200. Rejects when the program ends first or takes longer than 20 seconds. */
export async function answering(program: Program, url: string): Promise<void> {
  const end: string[] = []
  void program.ended.then((how) => end.push(how))
  for (let i = 0; i < 2_000 && end.length === 0; i += 1) {
    const ok = await fetch(url).then(
      async (answer) => {
        await answer.body?.cancel()
        return answer.ok
      },
      () => false,
    )
    if (ok) return
    await pause(10)
  }
  throw new Error(`${url} does not answer (${end[0] ?? 'still running'}): ${program.complaints().slice(-2_000)}`)
}
