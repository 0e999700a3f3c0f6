import { paths } from '../paths.ts'

/** The addresses of the console. */
export const consolePaths = {
  home: paths.console,
  csv: `${paths.console}/export.csv`,
  /** Where the provider sends the browser back. */
  callback: `${paths.console}/callback`,
  signIn: `${paths.console}/sign-in`,
  signOut: `${paths.console}/sign-out`,
} as const

export function registrationPath(reference: string): string {
  return `${paths.console}/registrations/${reference}`
}
