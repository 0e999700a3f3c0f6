import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import express from 'express'
import { noValues } from '../../src/domain/contact.ts'
import { errorCodes } from '../../src/errors.ts'
import { errorPage } from '../../src/web/pages/error-pages.ts'
import { isLanguage, type Language } from '../../src/i18n/languages.ts'
import { createPages, sendPage, type Page, type Retry } from '../../src/web/pages/pages.ts'
import { securityHeaders } from '../../src/web/middleware/security.ts'
import { assetRoutes } from '../../src/web/routes/assets.ts'
import { aBranding, aRegistration } from './pages.ts'

const pages = createPages(aBranding)
const registration = aRegistration()
const reference = '5T8N-R4CW-J9KD'
const retry: Retry = { method: 'post', action: '/', fields: { 'x-amzn-marketplace-token': 'AbC+/dEf==' } }

const shown: Readonly<Record<string, (language: Language) => Page>> = {
  start: pages.start,
  registration: (language) => pages.registration(language, { registration, values: noValues, problems: {} }),
  problems: (language) =>
    pages.registration(language, {
      registration,
      values: { ...noValues, email: 'jane.doe', phone: '1' },
      problems: { email: 'invalid', name: 'missing', company: 'too-long', phone: 'invalid' },
    }),
  complete: (language) => pages.complete(language, registration),
  ...Object.fromEntries(
    errorCodes.map((code) => {
      const { status, retryAfterSeconds = null } = errorPage(code)
      return [
        code,
        (language: Language) => pages.failure(language, { code, status, reference, retry, retryAfterSeconds }),
      ]
    }),
  ),
}

/** Every page the app has, by a name of its own: `problems` is the registration page sent back. */
export const pageNames: readonly string[] = Object.keys(shown)

/** The file in `views/` that it is made from. */
export const templateOf = (name: string): string | undefined => shown[name]?.('en').template

export type Site = {
  readonly address: (name: string, language: Language) => string
  readonly close: () => void
}

/** Every page in every language at an address of its own, with the headers and files of the real app. */
export async function openSite(): Promise<Site> {
  const app = express()
  app.set('views', join(import.meta.dirname, '../../views'))
  app.set('view engine', 'ejs')
  app.enable('view cache')
  app.use(securityHeaders({ secure: false, logoUrl: null }))
  app.use(assetRoutes(aBranding))
  app.get('/:language/:name', ({ params: { language, name } }, res) => {
    const page = isLanguage(language) ? shown[name]?.(language) : undefined
    if (page === undefined) res.sendStatus(404)
    else sendPage(res, page)
  })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    address: (name, language) => `http://127.0.0.1:${String(port)}/${language}/${name}`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
