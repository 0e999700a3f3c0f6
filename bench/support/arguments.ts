import { parseArgs, type ParseArgsConfig } from 'node:util'

/** Parses the program's arguments. Ends the program if one is unknown. */
export function parseArguments<Config extends ParseArgsConfig>(config: Config): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config)
  } catch (error) {
    // Node's first sentence names the option. The rest is about positional arguments.
    return endWithUsageError(error instanceof Error ? (error.message.split('. ', 1)[0] ?? '') : String(error))
  }
}

/** Prints one line and ends the program with the exit code 2. */
export function endWithUsageError(line: string): never {
  process.stderr.write(`${line}\n`)
  process.exit(2)
}
