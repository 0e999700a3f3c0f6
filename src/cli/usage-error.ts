import { parseArgs, type ParseArgsConfig } from 'node:util'

/** A mistake of the person who runs the command, explained in one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Returns the values of the options. Throws a `UsageError`. */
export function optionValues<Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    // Node's first sentence names the option; the rest is about positional arguments.
    const [sentence = ''] = error instanceof Error ? error.message.split('. ', 1) : []
    throw new UsageError(`${sentence.replace(/\.$/, '')}. See --help.`)
  }
}
