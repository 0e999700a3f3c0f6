import { isLoopback } from '../http/sites.ts'

export type Cookie = {
  readonly name: string
  readonly value: string
  readonly httpOnly: boolean
  readonly secure: boolean
  readonly sameSite: 'strict' | 'lax' | 'none' | null
}

type Stored = Cookie & { readonly domain: string; readonly hostOnly: boolean; readonly path: string }

export type CookieJar = {
  readonly store: (url: URL, setCookies: readonly string[]) => void
  /** The Cookie header that a browser would send; null for none. */
  readonly header: (request: { url: URL; method: string; crossSite: boolean }) => string | null
}

/**
 * A browser's cookies. Secure cookies are sent over https or to this machine only, Strict cookies
 * never after a navigation from another site.
 */
export function createCookieJar(): CookieJar {
  const cookies = new Map<string, Stored>()
  return {
    store: (url, setCookies) => {
      for (const line of setCookies) {
        const cookie = parseCookie(line, url)
        if (cookie.secure && url.protocol !== 'https:' && !isLoopback(url)) continue
        const key = [cookie.name, cookie.domain, cookie.path].join(' ')
        if (isExpired(line)) cookies.delete(key)
        else cookies.set(key, cookie)
      }
    },
    header: ({ url, method, crossSite }) => {
      const sent = [...cookies.values()].filter((cookie) => {
        if (crossSite && cookie.sameSite === 'strict') return false
        if (crossSite && cookie.sameSite !== 'none' && method === 'POST') return false
        if (cookie.secure && url.protocol !== 'https:' && !isLoopback(url)) return false
        const isHost =
          url.hostname === cookie.domain || (!cookie.hostOnly && url.hostname.endsWith(`.${cookie.domain}`))
        return isHost && (url.pathname === cookie.path || url.pathname.startsWith(cookie.path.replace(/\/?$/, '/')))
      })
      return sent.length === 0 ? null : sent.map(({ name, value }) => `${name}=${value}`).join('; ')
    },
  }
}

export function parseCookie(line: string, url: URL): Stored {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
  const [name, value] = splitOnce(pair)
  const given = new Map(attributes.map(splitOnce).map(([key, text]) => [key.toLowerCase(), text]))
  const sameSite = given.get('samesite')?.toLowerCase()
  const domain = given.get('domain')?.replace(/^\./, '').toLowerCase()
  const path = given.get('path')
  return {
    name,
    value,
    httpOnly: given.has('httponly'),
    secure: given.has('secure'),
    sameSite: sameSite === 'strict' || sameSite === 'lax' || sameSite === 'none' ? sameSite : null,
    domain: domain === undefined || domain === '' ? url.hostname : domain,
    hostOnly: domain === undefined || domain === '',
    path: path?.startsWith('/') === true ? path : url.pathname.replace(/\/[^/]*$/, '') || '/',
  }
}

function isExpired(line: string): boolean {
  if (/;\s*max-age=(?:0|-\d+)\s*(?:;|$)/i.test(line)) return true
  const expires = /;\s*expires=([^;]+)/i.exec(line)?.[1]
  return expires !== undefined && !/;\s*max-age=/i.test(line) && Date.parse(expires) < Date.now()
}

function splitOnce(text: string): [string, string] {
  const at = text.indexOf('=')
  return at < 0 ? [text, ''] : [text.slice(0, at).trim(), text.slice(at + 1).trim()]
}
