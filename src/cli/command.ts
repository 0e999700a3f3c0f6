import type { Environment } from '../config/environment.ts'
import { AppError } from '../errors.ts'
import { UsageError } from './usage-error.ts'

type Output = { readonly write: (text: string) => unknown }

/** The environment and streams of a command. */
export type Io = {
  readonly env: Environment
  /** The stream for data only. */
  readonly stdout: Output
  /** The stream for messages to the user. */
  readonly stderr: Output
  readonly now: () => Date
}

/** Runs a command with its arguments. Resolves with the exit code. */
export type Command = (args: readonly string[], io: Io) => Promise<number>

/** Turns work into a command: exit code 2 for an invalid option, 1 for any other failure, with one line of explanation. */
export function createCommand(work: Command): Command {
  return async (args, io) => {
    try {
      return await work(args, io)
    } catch (error) {
      remark(io, explained(error))
      return error instanceof UsageError ? 2 : 1
    }
  }
}

/** Writes one line to the message stream. */
export function remark({ stderr }: Pick<Io, 'stderr'>, line: string): void {
  stderr.write(`${line}\n`)
}

function explained(error: unknown): string {
  if (error instanceof UsageError) return error.message
  if (error instanceof AppError)
    return error.details.hint ?? `The database does not respond: ${String(error.details.cause)}`
  return String(error)
}
