import { type CookieJar, createCookieJar } from './cookie-jar.ts'
import { type Exchange, exchange, type Sent } from './exchange.ts'

/** A navigation of a browser with all its redirects. */
export type Visit = {
  readonly exchanges: readonly Exchange[]
  /** The page at the end; null without one. */
  readonly end: Exchange | null
  /** Why there is no page: a failed connection or a timeout. Null with a page. */
  readonly error: string | null
  /** Milliseconds since 1970, with fractions. */
  readonly sentAt: number
  readonly tookMs: number
}

export type Browser = {
  readonly open: (sent: Sent, from: 'another site' | 'the same site') => Promise<Visit>
}

const maxRedirects = 10

/** Follows redirects and keeps cookies, as a browser does. Never rejects. */
export function createBrowser(timeoutMs: number): Browser {
  const jar = createCookieJar()
  return {
    open: async (first, from) => {
      const sentAt = now()
      const exchanges: Exchange[] = []
      const signal = AbortSignal.timeout(timeoutMs)
      let next: Sent | null = first
      try {
        while (next !== null) {
          if (exchanges.length > maxRedirects) throw new Error(`more than ${String(maxRedirects)} redirects`)
          const answer: Exchange = await exchange(withCookies(next, jar, from === 'another site'), signal)
          exchanges.push(answer)
          jar.store(answer.url, answer.headers['set-cookie'] ?? [])
          next = redirected(next, answer)
        }
      } catch (thrown) {
        const error = signal.aborted ? `no answer within ${String(timeoutMs / 1000)} s` : explain(thrown)
        return { exchanges, end: null, error, sentAt, tookMs: now() - sentAt }
      }
      return { exchanges, end: exchanges.at(-1) ?? null, error: null, sentAt, tookMs: now() - sentAt }
    },
  }
}

function withCookies(sent: Sent, jar: CookieJar, crossSite: boolean): Sent {
  const cookie = jar.header({ ...sent, crossSite })
  return cookie === null ? sent : { ...sent, headers: { ...sent.headers, Cookie: cookie } }
}

function redirected(sent: Sent, { status, headers }: Exchange): Sent | null {
  if (![301, 302, 303, 307, 308].includes(status) || headers.location === undefined) return null
  const url = new URL(headers.location, sent.url)
  // The forged Host of a visit is not a real server.
  if (url.host === sent.headers['Host']) return null
  if (!url.protocol.startsWith('http')) throw new Error(`redirected to ${url.protocol}`)
  if (status >= 307) return { ...sent, url }
  const { Origin: _origin, Host: _host, 'X-Forwarded-Host': _forwarded, ...kept } = sent.headers
  return { method: sent.method === 'HEAD' ? 'HEAD' : 'GET', url, headers: kept, body: null }
}

function now(): number {
  return performance.timeOrigin + performance.now()
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}
