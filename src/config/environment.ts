/** The environment, or something that looks like it. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The variables that have a value. A blank value counts as not set, so that a container may pass every variable on. */
export function givenIn(env: Environment): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value = '']) => (value.trim() === '' ? [] : [[name, value] as const])),
  )
}

/** What is wrong with how the values of these variables are written, whatever they mean. */
export function writingFaults(given: Readonly<Record<string, string>>, names: readonly string[]): readonly string[] {
  const quoted = names.filter((name) => /^\s*(["']).*\1\s*$/s.test(given[name] ?? ''))
  // A .env file may have them. Docker's --env-file passes them on.
  return quoted.map(
    (name) => `${name} has quotation marks around its value: remove them (docker --env-file keeps them)`,
  )
}
