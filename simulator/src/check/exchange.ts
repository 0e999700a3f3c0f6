import { type IncomingHttpHeaders, request as overHttp } from 'node:http'
import { request as overHttps } from 'node:https'

export type Sent = {
  readonly method: 'GET' | 'HEAD' | 'POST'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** An encoded form. */
  readonly body: string | null
}

/** A request and its answer. */
export type Exchange = {
  readonly method: Sent['method']
  readonly url: URL
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

const maxCharacters = 1_000_000

/**
 * Sends one request on a connection of its own, and does not follow redirects. Rejects when the
 * connection fails or `signal` aborts.
 */
export function exchange({ method, url, headers, body }: Sent, signal: AbortSignal): Promise<Exchange> {
  const send = url.protocol === 'https:' ? overHttps : overHttp
  return new Promise((resolve, reject) => {
    const options = {
      method,
      signal,
      agent: false,
      // The certificate must match the address, whatever the Host header says.
      servername: url.hostname,
      headers: {
        'User-Agent': 'Mozilla/5.0 (compatible; marketplace-simulator check)',
        Accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8',
        'Accept-Language': 'en',
        ...headers,
        ...(body !== null && {
          'Content-Type': 'application/x-www-form-urlencoded',
          'Content-Length': String(Buffer.byteLength(body)),
        }),
      },
    }
    const request = send(url, options, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        if (text.length < maxCharacters) text += chunk
      })
      response.on('error', reject)
      response.on('end', () => {
        resolve({ method, url, status: response.statusCode ?? 0, headers: response.headers, text })
      })
    })
    request.on('error', reject)
    request.end(body ?? undefined)
  })
}
