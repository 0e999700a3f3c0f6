import { AppError } from '../errors.ts'
import { UsageError } from './usage-error.ts'

/** To the terminal, not into the data. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Ends with 2 after a mistake in the options, with 1 after any other failure, and says why in one line. */
export function run(main: Promise<void>): void {
  // `registrations | head` closes the pipe early. That is not an error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1)
  })
  main.catch((error: unknown) => {
    if (error instanceof UsageError) say(error.message)
    else if (error instanceof AppError)
      say(error.details.hint ?? `The database does not answer: ${String(error.details.cause)}`)
    else say(String(error))
    process.exitCode = error instanceof UsageError ? 2 : 1
  })
}
