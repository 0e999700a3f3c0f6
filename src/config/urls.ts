import { isLoopback } from '../domain/loopback.ts'
import { optionalText, text, without } from './fields.ts'

const privateAddress = /^(?:10(?:\.\d+){3}|192\.168(?:\.\d+){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d+){2})$/

/** True for a private address, or for a name that public DNS cannot have. */
export function isPrivate(hostname: string): boolean {
  if (isLoopback(hostname) || privateAddress.test(hostname)) return true
  const isName = !hostname.startsWith('[')
  return isName && (!hostname.includes('.') || /\.(?:internal|local)$/.test(hostname))
}

/** The hosts for which plain http is accepted. */
type PlainHttp = 'loopback' | 'private' | 'anywhere'
type Part = 'user' | 'path' | 'query' | 'fragment'

const hosts = {
  loopback: 'localhost, 127.0.0.1 and [::1]',
  private: 'localhost, private addresses, and names without a dot or in .internal or .local',
} as const

/** The error of a URL that has parts which the app would ignore. `used` lists the parts that it uses beside the host. */
export function urlError(address: string, used: readonly Part[], plainHttp: PlainHttp = 'loopback'): string | null {
  const url = URL.parse(address)
  if (url === null || !/^https?:$/.test(url.protocol))
    return `must be a whole web address that begins with ${plainHttp === 'anywhere' ? 'http' : 'https'}://`
  const unused = partsOf(url).filter((part) => !used.includes(part))
  if (unused.length > 0) return `has a part that is not used: remove the ${unused.join(' and the ')}`
  if (url.protocol === 'https:' || plainHttp === 'anywhere') return null
  const accepts = plainHttp === 'private' ? isPrivate : isLoopback
  if (accepts(url.hostname)) return null
  return `must begin with https://; plain http is accepted for ${hosts[plainHttp]} only`
}

function partsOf(url: URL): readonly Part[] {
  const [withoutFragment = ''] = url.href.split('#', 1)
  return [
    ...(url.username === '' && url.password === '' ? [] : ['user' as const]),
    ...(url.pathname === '/' ? [] : ['path' as const]),
    ...(withoutFragment.includes('?') ? ['query' as const] : []),
    ...(url.href.includes('#') ? ['fragment' as const] : []),
  ]
}

const linkError = (address: string) => urlError(address, ['path', 'query', 'fragment'])

/** The URL of a link on a page. */
export const link = (fix: string) => text(fix).superRefine(without(linkError))

export const optionalLink = optionalText.superRefine(without(linkError)).optional()
