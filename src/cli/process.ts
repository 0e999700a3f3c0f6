import type { Environment } from '../config/environment.ts'
import type { Command } from './command.ts'

/** Runs a command in this process and sets the exit code. */
export async function runAsProcess(command: Command, env: Environment): Promise<void> {
  // `registrations | head` closes the pipe early. This is not an error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1)
  })
  const { stdout, stderr } = process
  process.exitCode = await command(process.argv.slice(2), { env, stdout, stderr, now: () => new Date() })
}
