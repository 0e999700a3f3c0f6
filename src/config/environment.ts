/** The environment, or something that looks like it. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What Node reads from a file that is not UTF-8 begins with this character. */
const unreadable = '\uFFFD'

/**
 * The variables that have a value. A blank value counts as not set, so that a container may pass every variable on. Some
 * editors begin a file with a byte order mark, which Node's `--env-file` takes for a part of the first name.
 */
export function givenIn(env: Environment): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value = '']) =>
      value.trim() === '' ? [] : [[name.replace(/^\uFEFF/, ''), value] as const],
    ),
  )
}

/** What is wrong with how the values were written, whatever they mean. Looks at the variables of these names only. */
export function writingFaults(env: Environment, names: readonly string[]): readonly string[] {
  const given = givenIn(env)
  const quoted = names.filter((name) => /^\s*(["']).*\1\s*$/s.test(given[name] ?? ''))
  return [
    ...(Object.keys(env).some((name) => name.startsWith(unreadable))
      ? ['.env is not UTF-8 text, so nothing in it can be read: save it as UTF-8']
      : []),
    // Node's `--env-file` removes quotation marks. Docker's keeps them.
    ...quoted.map((name) => `${name} has quotation marks around its value: remove them (docker --env-file keeps them)`),
  ]
}
