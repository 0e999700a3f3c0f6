import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { sendJson } from './answers.ts'
import { InputFault } from '../api/fields.ts'

export type Exchange = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly body: Buffer
  /** Milliseconds since 1970 with fractions: when the request's headers were read. */
  readonly at: number
  readonly query: URLSearchParams
  /** What stands in the path where the route has `:id`. */
  readonly id: string
}

export type Handle = (exchange: Exchange) => void | Promise<void>

/** By `METHOD /path`, in which one part may be `:id`. */
export type Routes = Readonly<Record<string, Handle>>

const maxBytes = 1_000_000

type Route = { readonly method: string; readonly pattern: RegExp; readonly handle: Handle }

/** Finds the route of a request; `otherwise` takes a POST that none is for. */
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
      sendJson(response, 403, { error: `${method} ${path} is refused when a page of another site sends it.` })
      return
    }
    const handle = route?.handle ?? (here.length === 0 && path !== '/' ? otherwise : null)
    if (handle === null) {
      const methods = here.map((one) => (one.method === 'GET' ? 'GET, HEAD' : one.method))
      response.setHeader('Allow', methods.join(', '))
      sendJson(response, 405, { error: `${path} does not take ${method}; it takes ${methods.join(', ')}.` })
      return
    }
    const body = await readBody(request)
    if (body === null) {
      sendJson(response, 413, { error: 'The body is longer than a megabyte.' })
      return
    }
    if (method === 'GET') response.setHeader('Cache-Control', 'no-store')
    const id = route?.pattern.exec(path)?.[1] ?? ''
    await handle({ request, response, body, at, query: new URLSearchParams(query), id })
  }

  return (request, response) => {
    const at = performance.timeOrigin + performance.now()
    answer(request, response, at).catch((error: unknown) => {
      if (error instanceof InputFault) {
        sendJson(response, 400, { error: error.message })
        return
      }
      log(`failed: ${String(error)}`)
      response.destroy()
    })
  }
}

/** Browsers say where a request comes from; programs do not, and are accepted. */
function isFromAnotherSite({ headers }: IncomingMessage): boolean {
  return !['same-origin', 'none', undefined].includes(headers['sec-fetch-site']?.toString())
}

export function wantsPage({ headers }: IncomingMessage): boolean {
  return headers.accept?.includes('text/html') ?? false
}

export function seeOther(response: ServerResponse, location: string): void {
  response.writeHead(303, { Location: location }).end()
}

/** The whole body; null when it is longer than a megabyte. */
function readBody(request: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= maxBytes) chunks.push(chunk)
    })
    request.on('end', () => {
      resolve(bytes > maxBytes ? null : Buffer.concat(chunks))
    })
    request.on('error', reject)
  })
}
