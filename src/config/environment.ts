/** `process.env`, or an object of the same type. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The variables that have a value. A blank value counts as not set, so that a container can pass all variables on. */
export function givenIn(env: Environment): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value = '']) => (value.trim() === '' ? [] : [[name, value] as const])),
  )
}

/** Errors in the spelling of the values, independent of their meaning. */
export function writingErrors(given: Readonly<Record<string, string>>, names: readonly string[]): readonly string[] {
  const quoted = names.filter((name) => /^\s*(["']).*\1\s*$/s.test(given[name] ?? ''))
  // A .env file may have quotes, and Docker's --env-file passes them on.
  return quoted.map(
    (name) => `${name} has quotation marks around its value: remove them (docker --env-file keeps them)`,
  )
}
