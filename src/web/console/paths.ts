import { paths } from '../paths.ts'

/** The URL paths of the console. */
export const consolePaths = {
  home: paths.console,
  csv: `${paths.console}/export.csv`,
  /** The callback of the provider. */
  callback: `${paths.console}/callback`,
  signIn: `${paths.console}/sign-in`,
  signOut: `${paths.console}/sign-out`,
} as const

export function registrationPath(reference: string): string {
  return `${paths.console}/registrations/${reference}`
}
