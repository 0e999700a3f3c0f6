import { parseArgs, type ParseArgsConfig } from 'node:util'

/** An invalid use of a command, explained in one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Parses the options. Throws a `UsageError`. */
export function optionValues<Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    // Node's first sentence names the option. The rest is about positional arguments.
    const [sentence = ''] = error instanceof Error ? error.message.split('. ', 1) : []
    throw new UsageError(`${sentence.replace(/\.$/, '')}. See --help.`)
  }
}
