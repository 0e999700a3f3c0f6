import { paths } from '../paths.ts'
import { consolePaths } from './paths.ts'

const longest = 2_000
const notPages: readonly string[] = [consolePaths.callback, consolePaths.signIn, consolePaths.signOut]

/** Where the browser goes after the sign-in: the page of the console that was asked for. Always a path below `/console`. */
export function returnPath(asked: unknown): string {
  if (typeof asked !== 'string' || asked.length > longest) return consolePaths.home
  // Parsed as a browser does, dots and backslashes included. A host that was asked for is dropped.
  const { pathname = '', search = '' } = URL.parse(asked, 'http://console.invalid') ?? {}
  const isPage = pathname === paths.console || pathname.startsWith(`${paths.console}/`)
  return isPage && !notPages.includes(pathname) ? `${pathname}${search}` : consolePaths.home
}
