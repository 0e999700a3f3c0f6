import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { sendJson } from './answers.ts'

export type Exchange = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly body: Buffer
  /** When the request's headers arrived: milliseconds since 1970, with fractions. */
  readonly at: number
  readonly query: URLSearchParams
  /** The part of the path where the route has `:id`. */
  readonly id: string
}

type Handle = (exchange: Exchange) => void | Promise<void>

/** By `METHOD /path`. One part of the path may be `:id`. */
export type Routes = Readonly<Record<string, Handle>>

/** Thrown for invalid input and answered with 400. The message says what to send. */
export class InvalidInput extends Error {}

type Route = { readonly method: string; readonly pattern: RegExp; readonly handle: Handle }

const maxBodyBytes = 1_000_000

/** Finds the handler of each request. `otherwise` gets requests for a path without a route. */
export function createRouter(routes: Routes, otherwise: Handle, log: (line: string) => void): RequestListener {
  const table = Object.entries(routes).map(([name, handle]): Route => {
    const [method = '', path = ''] = name.split(' ')
    return { method, pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(':id', '([\\w-]{1,100})')}$`), handle }
  })

  async function answer(request: IncomingMessage, response: ServerResponse, at: number): Promise<void> {
    const [path = '/', query = ''] = (request.url ?? '/').split(/\?(.*)/s)
    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '')
    const here = table.filter(({ pattern }) => pattern.test(path))
    const route = here.find((one) => one.method === method)
    if (method !== 'GET' && isFromAnotherSite(request)) {
      sendJson(response, 403, { error: `${method} ${path} is not allowed from a page of another site.` })
      return
    }
    const handle = route?.handle ?? (here.length === 0 && path !== '/' ? otherwise : null)
    if (handle === null) {
      const methods = here.map((one) => (one.method === 'GET' ? 'GET, HEAD' : one.method)).join(', ')
      response.setHeader('Allow', methods)
      sendJson(response, 405, { error: `${path} does not accept ${method}; send ${methods}.` })
      return
    }
    const body = await readBody(request)
    if (body === null) {
      sendJson(response, 413, { error: 'The body is too long; send at most 1,000,000 bytes.' })
      return
    }
    if (method === 'GET') response.setHeader('Cache-Control', 'no-store')
    const id = route?.pattern.exec(path)?.[1] ?? ''
    await handle({ request, response, body, at, query: new URLSearchParams(query), id })
  }

  return (request, response) => {
    const at = performance.timeOrigin + performance.now()
    answer(request, response, at).catch((error: unknown) => {
      if (error instanceof InvalidInput) {
        sendJson(response, 400, { error: error.message })
        return
      }
      log(`failed: ${String(error)}`)
      response.destroy()
    })
  }
}

/** Browsers send the origin of a request. Programs do not, and are accepted. */
function isFromAnotherSite({ headers }: IncomingMessage): boolean {
  return !['same-origin', 'none', undefined].includes(headers['sec-fetch-site']?.toString())
}

export function wantsPage({ headers }: IncomingMessage): boolean {
  return headers.accept?.includes('text/html') ?? false
}

/** Null when the body is too long. */
function readBody(request: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= maxBodyBytes) chunks.push(chunk)
    })
    request.on('end', () => {
      resolve(bytes > maxBodyBytes ? null : Buffer.concat(chunks))
    })
    request.on('error', reject)
  })
}
