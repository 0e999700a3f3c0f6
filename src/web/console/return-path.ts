import { paths } from '../paths.ts'
import { consolePaths } from './paths.ts'

const longest = 2_000
const notPages: readonly string[] = [consolePaths.callback, consolePaths.signIn, consolePaths.signOut]

/** Where the browser goes after the sign-in: the page of the console that was asked for, and never another site. */
export function returnPath(asked: unknown): string {
  if (typeof asked !== 'string' || asked.length > longest) return consolePaths.home
  // The host cannot be reached. A URL that leaves it led elsewhere.
  const url = URL.parse(asked, 'http://console.invalid')
  const isPage = url?.pathname === paths.console || url?.pathname.startsWith(`${paths.console}/`) === true
  if (url?.host !== 'console.invalid' || !isPage || notPages.includes(url.pathname)) return consolePaths.home
  return `${url.pathname}${url.search}`
}
