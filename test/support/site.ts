import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import express from 'express'
import { parseConfig } from '../../src/config/config.ts'
import { parseAnswers } from '../../src/domain/answers.ts'
import { noValues } from '../../src/domain/contact.ts'
import { errorCodes } from '../../src/errors.ts'
import { errorPage } from '../../src/web/errors/error-pages.ts'
import { isLanguage, type Language } from '../../src/i18n/languages.ts'
import { sendPage, type Page, type Retry } from '../../src/web/pages/pages.ts'
import { securityHeaders } from '../../src/web/middleware/security.ts'
import { assetRoutes } from '../../src/web/routes/assets.ts'
import { environment } from './environment.ts'
import { aBranding, aCompletion, aFailure, aForm, aRegistration, pagesOf } from './pages.ts'

/** A form with every type of field. Its labels are in English and German. */
const fields = parseConfig(
  environment({
    PRODUCTS: JSON.stringify({
      products: {
        insights: {
          listings: [{ product_code: 'insights-code' }],
          product_name: 'Northwind Insights',
          fields: [
            {
              name: 'use_case',
              type: 'textarea',
              label: { en: 'What will you use it for?', de: 'Wofür?' },
              help: 'One sentence.',
            },
            { name: 'workspace', type: 'text', required: true, label: 'Workspace', help: 'You can change it later.' },
            {
              name: 'region',
              type: 'select',
              required: true,
              label: 'Data region',
              options: { eu: 'Europe', us: 'US' },
            },
            { name: 'size', type: 'radio', required: true, label: 'Team size', options: { s: 'Small', l: 'Large' } },
            { name: 'terms', type: 'checkbox', required: true, label: 'I accept the terms of service.' },
            { name: 'news', type: 'checkbox', label: 'Send me news.', help: 'At most once a month.' },
          ],
        },
      },
    }),
    PRODUCT_CODES: undefined,
    PRODUCT_NAME: undefined,
  }),
).products.all.flatMap((product) => product.fields)
const ownPages = pagesOf({ phone: 'required', fields })
const pages = pagesOf()
const withHandoff = pagesOf({ handoffUrl: 'https://app.northwind.example/' })
const connectedAt = new Date('2026-11-23T15:50:00Z')
const registration = aRegistration()
const reference = '5T8N-R4CW-J9KD'
const retry: Retry = { method: 'post', action: '/', fields: { 'x-amzn-marketplace-token': 'AbC+/dEf==' } }

/** The time from the registration until each confirmation is opened. */
const ready = {
  readyAt: new Date('2026-11-23T17:00:00Z'),
  readyUrl: 'https://app.northwind.example/start',
  readyMessage: 'Your workspace is set up.',
}
const [soon, late] = [new Date('2026-11-23T16:00:00Z'), new Date('2026-12-24T12:00:00Z')]

const shown: Readonly<Record<string, (language: Language) => Page>> = {
  start: (language) => pages.start(language, null),
  registration: (language) => pages.registration(language, aForm()),
  'invalid-fields': (language) =>
    pages.registration(
      language,
      aForm({
        values: { ...noValues, email: 'jane.doe', phone: '1' },
        invalidFields: { email: 'invalid', name: 'missing', company: 'too-long', phone: 'invalid' },
      }),
    ),
  complete: (language) => pages.complete(language, aCompletion({ confirmation: { state: 'awaited' }, now: soon })),
  ...Object.fromEntries(
    errorCodes.map((code) => {
      const { status, retryAfterSeconds = null } = errorPage(code)
      return [
        code,
        (language: Language) =>
          pages.failure(language, aFailure({ code, status, reference, retry, retryAfterSeconds })),
      ]
    }),
  ),
}

/** The same pages in other situations. */
const variants: typeof shown = {
  'start-registered': (language) => pages.start(language, registration),
  'start-open': (language) => pages.start(language, { ...registration, status: 'landed' }),
  question: (language) =>
    pages.registration(
      language,
      aForm({
        values: { ...noValues, email: 'jane@gmial.com' },
        suggestion: 'jane@gmail.com',
        asked: 'jane@gmial.com',
      }),
    ),
  'own-fields': (language) => ownPages.registration(language, aForm({ answers: aForm().answers })),
  'own-invalid-fields': (language) => ownPages.registration(language, aForm({ answers: parseAnswers(fields, {}) })),
  change: (language) => pages.registration(language, aForm({ registration })),
  saved: (language) => pages.complete(language, aCompletion({ typed: 'changed', now: soon })),
  'complete-soon': (language) => pages.complete(language, aCompletion({ typed: null, now: soon })),
  'complete-late': (language) =>
    pages.complete(
      language,
      aCompletion({ confirmation: { state: 'confirmed', startsAt: null }, typed: null, now: late }),
    ),
  'complete-handoff': (language) => withHandoff.complete(language, aCompletion()),
  'complete-connected': (language) =>
    withHandoff.complete(language, aCompletion({ typed: null, progress: { isMailed: true, connectedAt } })),
  'complete-ready': (language) =>
    withHandoff.complete(language, aCompletion({ registration: { ...registration, ...ready } })),
  'complete-ended': (language) =>
    withHandoff.complete(language, aCompletion({ confirmation: { state: 'ended', endedAt: late }, now: late })),
  'complete-scheduled': (language) =>
    pages.complete(language, aCompletion({ confirmation: { state: 'scheduled', startsAt: late } })),
  'session-expired-form': (language) =>
    pages.failure(language, aFailure({ code: 'session-expired', status: 403, reference, lostForm: true })),
}

/** All pages of the app by name. `invalid-fields` is the registration page with faults. */
export const pageNames: readonly string[] = Object.keys(shown)

/** The template in `views/`. */
export const templateOf = (name: string): string | undefined => (shown[name] ?? variants[name])?.('en').template

/** The names of all of them, and of the same pages in other situations. */
export const viewNames: readonly string[] = [...pageNames, ...Object.keys(variants)]

/** One page of each template, and failures with two different actions. */
export const ofEachTemplate = [
  'start',
  'invalid-fields',
  'own-invalid-fields',
  'change',
  'complete',
  'complete-late',
  'token-expired',
  'internal',
]

export type Site = {
  readonly address: (name: string, language: Language) => string
  readonly close: () => void
}

/** Serves every page in every language at its own URL, with the headers and files of the real app. */
export async function openSite(): Promise<Site> {
  const app = express()
  app.set('views', join(import.meta.dirname, '../../views'))
  app.set('view engine', 'ejs')
  app.enable('view cache')
  app.use(securityHeaders({ secure: false, logoUrls: [] }))
  app.use(assetRoutes({ unknown: aBranding, all: [aBranding] }))
  app.get('/:language/:name', ({ params: { language, name } }, res) => {
    const page = isLanguage(language) ? (shown[name] ?? variants[name])?.(language) : undefined
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
