import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { sendJson, sendText } from './answers.ts'
import { readBody } from './body.ts'
import type { Calls } from './calls.ts'
import { callsPage } from './calls-page.ts'
import { createSubscriptionsPage, type PageDeps, stylesheet } from './page.ts'
import { scenarioNames, scenarios } from './scenarios.ts'
import { issueFrom } from './token-requests.ts'

type Handle = (request: IncomingMessage, response: ServerResponse, body: string, at: number) => void

type Deps = PageDeps & {
  readonly metering: Handle
  readonly sts: Handle
  readonly calls: Calls
  readonly log: (line: string) => void
}

/** Every address of the simulator. */
export function createListener({ metering, sts, calls, log, ...page }: Deps): RequestListener {
  const subscriptionsPage = createSubscriptionsPage(page)
  const posts: Readonly<Record<string, Handle>> = {
    '/': (request, response, body, at) => {
      // STS speaks AWS's Query protocol, metering JSON; both are one address here.
      const isQuery = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')
      const service = isQuery ? sts : metering
      service(request, response, body, at)
    },
    '/tokens': (_request, response, body) => {
      const { status, answer } = issueFrom(body, page.tokens)
      sendJson(response, status, answer)
    },
  }
  const gets: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>> = {
    '/': (_request, response) => {
      sendText(response, 200, html, subscriptionsPage())
    },
    '/calls': (request, response) => {
      if (request.headers.accept?.includes('text/html')) sendText(response, 200, html, callsPage(calls))
      else sendJson(response, 200, { count: calls.count(), calls: calls.list() })
    },
    '/scenarios': (_request, response) => {
      const list = scenarioNames.map((name) => {
        const { title, simulates, expects } = scenarios[name]
        return { name, title, simulates, expects }
      })
      sendJson(response, 200, { scenarios: list })
    },
    '/health': (_request, response) => {
      sendJson(response, 200, { status: 'ok' })
    },
    '/marketplace.css': (_request, response) => {
      sendText(response, 200, 'text/css; charset=utf-8', stylesheet)
    },
    '/favicon.ico': (_request, response) => {
      response.writeHead(204).end()
    },
  }

  async function answer(request: IncomingMessage, response: ServerResponse, at: number): Promise<void> {
    const path = (request.url ?? '/').replace(/\?.*$/s, '')
    const get = gets[path]
    const post = posts[path]
    if (request.method === 'POST' && post !== undefined) {
      const body = await readBody(request)
      if (body === null) sendJson(response, 413, { error: 'The body is longer than a megabyte.' })
      else post(request, response, body, at)
    } else if (['GET', 'HEAD'].includes(request.method ?? '') && get !== undefined) {
      response.setHeader('Cache-Control', 'no-store')
      get(request, response)
    } else if (get ?? post) {
      response.setHeader('Allow', [get && 'GET, HEAD', post && 'POST'].filter(Boolean).join(', '))
      sendJson(response, 405, { error: `${path} does not take ${request.method ?? 'this method'}.` })
    } else {
      sendJson(response, 404, { error: `There is nothing at ${path}.` })
    }
  }

  return (request, response) => {
    const at = performance.timeOrigin + performance.now()
    answer(request, response, at).catch((error: unknown) => {
      log(`failed: ${String(error)}`)
      response.destroy()
    })
  }
}

const html = 'text/html; charset=utf-8'
