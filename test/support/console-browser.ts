import type { Express } from 'express'
import request, { type Response } from 'supertest'
import { sameOrigin } from './browse.ts'
import { page } from './page.ts'

const publicUrl = 'http://localhost:3000'

/** A browser with separate cookies for the app and the provider. */
export function consoleBrowser(app: Express) {
  const jars = { app: new Map<string, string>(), provider: new Map<string, string>() }

  async function get(address: string): Promise<Response> {
    const url = new URL(address, publicUrl)
    const isApp = url.origin === publicUrl
    const jar = isApp ? jars.app : jars.provider
    const target = isApp ? request(app) : request(url.origin)
    return keep(jar, await target.get(`${url.pathname}${url.search}`).set('Cookie', header(jar)))
  }

  /** Opens a page and follows every redirect, to the provider and back, until `isEnd`. */
  async function follow(address: string, isEnd: (next: string) => boolean): Promise<Response> {
    let answer = await get(address)
    let at = new URL(address, publicUrl)
    while (answer.status >= 300 && answer.status < 400) {
      at = new URL(answer.headers['location'] ?? '', at)
      if (isEnd(at.href)) return answer
      answer = await get(at.href)
    }
    return answer
  }

  return {
    /** The app's cookies, by name. */
    cookies: jars.app,
    get,
    /** Opens a page and signs in if the console requires it. */
    open: (address: string) => follow(address, () => false),
    /** Signs in, but stops before the callback and returns its URL. */
    callbackOf: async (address: string): Promise<string> => {
      const answer = await follow(address, (next) => next.startsWith(`${publicUrl}/console/callback`))
      return answer.headers['location'] ?? ''
    },
    send: async (path: string, fields: Readonly<Record<string, string>> = {}): Promise<Response> =>
      keep(
        jars.app,
        await request(app).post(path).type('form').set(sameOrigin).set('Cookie', header(jars.app)).send(fields),
      ),
  }
}

function keep(jar: Map<string, string>, answer: Response): Response {
  const set = answer.headers['set-cookie'] as unknown as readonly string[] | undefined
  for (const cookie of set ?? []) {
    const [name = '', value = ''] = cookie.split(';', 1)[0]?.split('=') ?? []
    if (value === '') jar.delete(name)
    else jar.set(name, value)
  }
  return answer
}

function header(jar: ReadonlyMap<string, string>): string {
  return [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
}

/** Name and status of the page. */
export function pageOf(answer: Response): readonly [number, string | undefined] {
  return [answer.status, page(answer.text).name]
}
