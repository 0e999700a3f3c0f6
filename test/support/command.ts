import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Command } from '../../src/cli/command.ts'
import type { Environment } from '../../src/config/environment.ts'

const project = join(import.meta.dirname, '../..')
/** A compile cache, with which programs start in half the time. */
export const compileCache = { NODE_COMPILE_CACHE: join(project, 'node_modules/.cache/node') }

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** Calls a command's function. The AWS SDK reads its own variables from the environment of the test's process. */
export async function call(command: Command, args: readonly string[], env: Environment = {}): Promise<Ended> {
  const written = { stdout: '', stderr: '' }
  const into = (name: keyof typeof written) => ({ write: (text: string) => void (written[name] += text) })
  const io = { env, stdout: into('stdout'), stderr: into('stderr'), now: () => new Date() }
  return { code: await command(args, io), ...written }
}

/** Runs a file of `src/` as a process with its own environment, in another folder than the project's. */
export async function run(
  file: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [join(project, 'src', file), ...args], {
    cwd: '/',
    env: {
      ...compileCache,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ])
  return { code, stdout, stderr }
}
