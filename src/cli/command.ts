import type { Environment } from '../config/environment.ts'
import { AppError } from '../errors.ts'
import { UsageError } from './usage-error.ts'

export type Output = { readonly write: (text: string) => unknown }

/** What a command gets from the process that runs it. */
export type Io = {
  readonly env: Environment
  /** The data, and nothing else. */
  readonly stdout: Output
  /** Remarks for the person at the terminal. */
  readonly stderr: Output
  readonly now: () => Date
}

/** Runs a command with its arguments. Resolves with the exit code. */
export type Command = (args: readonly string[], io: Io) => Promise<number>

/** Makes a command of work that may fail: exit code 2 for a wrong option, 1 for anything else, explained in one line. */
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

/** Writes one line to the terminal, apart from the data. */
export function remark({ stderr }: Pick<Io, 'stderr'>, line: string): void {
  stderr.write(`${line}\n`)
}

function explained(error: unknown): string {
  if (error instanceof UsageError) return error.message
  if (error instanceof AppError)
    return error.details.hint ?? `The database does not answer: ${String(error.details.cause)}`
  return String(error)
}
