import type { Express } from 'express'
import type { Logger } from 'pino'
import type { Pages } from './pages.ts'

export type UnreadableDeps = {
  readonly pages: Pages
  readonly logger: Logger
  readonly newReference: () => string
}

/**
 * The `request-unreadable` page for what Node's parser refuses before there is a request: a header that is too large, say.
 * In English, for no header was read.
 */
export function unreadablePage(
  app: Express,
  { pages, logger, newReference }: UnreadableDeps,
): (status: number) => Promise<{ readonly html: string; readonly reference: string }> {
  return (status) => {
    const code = 'request-unreadable'
    const reference = newReference()
    logger.info({ event: 'registration.refused', code, reference, status }, `refused: ${code}`)
    const { template, model } = pages.failure('en', { code, status, reference, retry: null, retryAfterSeconds: null })
    return new Promise((resolve) => {
      app.render(template, model, (error, html) => {
        resolve({ html: error instanceof Error ? 'The request could not be read.' : html, reference })
      })
    })
  }
}
