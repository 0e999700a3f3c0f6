import { paths } from '../paths.ts'
import { consolePaths } from './paths.ts'

const longest = 2_000
const notPages: readonly string[] = [consolePaths.callback, consolePaths.signIn, consolePaths.signOut]

/** The page to open after the sign-in: the requested page of the console. Always a path below `/console`. */
export function returnPath(asked: unknown): string {
  if (typeof asked !== 'string' || asked.length > longest) return consolePaths.home
  // Parsed like a browser does, including dots and backslashes. A host is removed.
  const { pathname = '', search = '' } = URL.parse(asked, 'http://console.invalid') ?? {}
  const isPage = pathname === paths.console || pathname.startsWith(`${paths.console}/`)
  return isPage && !notPages.includes(pathname) ? `${pathname}${search}` : consolePaths.home
}
