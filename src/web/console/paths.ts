import { paths } from '../paths.ts'

/** The addresses of the console. */
export const consolePaths = {
  home: paths.console,
  signOut: `${paths.console}/sign-out`,
} as const
