import { Agent, request, type IncomingHttpHeaders } from 'node:http'

export type Answer = {
  /** 0 when there was none. */
  readonly status: number
  /** `data-page` of an HTML answer. */
  readonly page: string | null
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly ms: number
  /** Why there was no answer. */
  readonly error: string | null
}

export type Request = {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

export type Client = {
  readonly ask: (base: string, request: Request) => Promise<Answer>
  readonly close: () => void
}

const longestWaitMs = 30_000

/** A browser's connections without the browser: kept alive, redirects not followed, never rejects. */
export function createClient(maxSockets = 500): Client {
  const agent = new Agent({ keepAlive: true, maxSockets })
  return {
    ask: (base, asked) => ask(agent, base, asked),
    close: () => {
      agent.destroy()
    },
  }
}

function ask(agent: Agent, base: string, { method, path, headers = {}, body = '' }: Request): Promise<Answer> {
  const startedAt = performance.now()
  const elapsed = () => performance.now() - startedAt
  return new Promise((resolve) => {
    const fail = (error: Error & { code?: string }) => {
      resolve({ status: 0, page: null, headers: {}, text: '', ms: elapsed(), error: error.code ?? error.message })
    }
    const length = body.length > 0 ? { 'Content-Length': String(Buffer.byteLength(body)) } : {}
    const { hostname, port } = new URL(base)
    let sent: ReturnType<typeof request>
    try {
      sent = request({ agent, hostname, port, method, path, headers: { ...length, ...headers } })
    } catch (error) {
      // Node's own client refuses to send such a request.
      fail(error as Error)
      return
    }
    sent.setTimeout(longestWaitMs, () => sent.destroy(new Error('no answer')))
    sent.on('error', fail)
    sent.on('close', () => {
      fail(new Error('closed without an answer'))
    })
    sent.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', fail)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        const { statusCode: status = 0, headers } = response
        resolve({ status, page: pageOf(text), headers, text, ms: elapsed(), error: null })
      })
    })
    sent.end(body)
  })
}

export function pageOf(text: string): string | null {
  return /<body[^>]*data-page="([\w-]+)"/.exec(text)?.[1] ?? null
}
