import { IncomingMessage, ServerResponse, type OutgoingHttpHeaders } from 'node:http'
import { Socket } from 'node:net'
import type { Express } from 'express'
import type { Logger } from 'pino'
import type { Observe } from './middleware/outcome.ts'
import type { Pages } from './pages/pages.ts'
import type { SecurityHeaders } from './middleware/security.ts'

export type MalformedDeps = {
  readonly pages: Pages
  readonly logger: Logger
  readonly securityHeaders: SecurityHeaders
  readonly newReference: () => string
  readonly observe: Observe
}

/**
 * The `request-unreadable` page for what Node's parser refuses before there is a request, such as headers that are too large.
 * It is in English, because no header was read.
 */
export function malformedPage(
  app: Express,
  { pages, logger, securityHeaders, newReference, observe }: MalformedDeps,
): (status: number) => Promise<{ readonly html: string; readonly headers: OutgoingHttpHeaders }> {
  const security = headersOf(securityHeaders)
  return (status) => {
    const code = 'request-unreadable'
    const reference = newReference()
    logger.info({ event: 'registration.refused', code, reference, requestId: reference, status }, `refused: ${code}`)
    observe({ type: 'failed', code }, { landing: false, durationMs: 0 })
    const { template, model } = pages.failure('en', { code, status, reference, retry: null, retryAfterSeconds: null })
    return new Promise((resolve) => {
      app.render(template, model, (error, html) => {
        const text = error instanceof Error ? 'The request could not be read.' : html
        resolve({ html: text, headers: { ...security, 'X-Request-Id': reference, 'Cache-Control': 'no-store' } })
      })
    })
  }
}

function headersOf(securityHeaders: SecurityHeaders): OutgoingHttpHeaders {
  const request = new IncomingMessage(new Socket())
  const response = new ServerResponse(request)
  securityHeaders(request, response, () => undefined)
  return response.getHeaders()
}
